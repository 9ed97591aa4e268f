import { walk } from '../contract-files/walk.ts'
import type { Document, Examples, Response } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { removeUnsafeParts } from './safe-document.ts'
import { completeTagGroups } from './tag-groups.ts'
import { pageTexts } from './texts/index.ts'
import { unwrapLines } from './unwrap-lines.ts'

/**
 * Returns the document that a reference page renders: the contract with a section about the mock, with links
 * to the console, with the names of response examples, and without line breaks that the search of Redoc
 * cannot read.
 * @param links.mock the URL or command of the mock. The section is absent without a mock.
 * @param links.console the URL of the console, if there is one
 * @param language the language of the section and the links
 */
export function referenceDocument(
  contract: Document,
  { mock, console }: { mock?: string | undefined; console?: string | undefined },
  language = 'en',
): Document {
  const document = structuredClone(contract)
  removeUnsafeParts(document)
  completeTagGroups(document)
  const { tryIt } = pageTexts(language)
  if (console !== undefined)
    for (const { operation } of endpointsOf(document)) {
      const id = encodeURIComponent(operation.operationId ?? '')
      operation.description = `[${tryIt}](${console}?operation=${id})\n\n${operation.description ?? ''}`
    }
  for (const response of responsesOf(document)) {
    for (const media of Object.values(response.content ?? {}))
      if (media.examples) media.examples = withNames(document, media.examples)
  }
  const { info } = document
  const section = mock === undefined ? '' : mockSection(contract, mock, language)
  info.description = [info.description, section].filter(Boolean).join('\n\n')
  walk(document, (node) => {
    if (typeof node.description === 'string') node.description = unwrapLines(node.description)
  })
  return document
}

function mockSection(contract: Document, mock: string, language: string): string {
  const [error] = [...errorExamplesOf(contract), ...errorStatusesOf(contract)]
  const section = pageTexts(language)
    .mockSection({ mock, ...error })
    .join('\n')
  // Redoc nests a section in one of a higher level above it.
  return /^# /m.test(contract.info.description ?? '') ? section.replace(/^## /, '# ') : section
}

/** Returns the errors that operations declare without an example. */
function errorStatusesOf(document: Document): { status: string }[] {
  return endpointsOf(document)
    .flatMap(({ operation: { responses = {} } }) => Object.keys(responses))
    .filter((status) => /^4\d\d$/.test(status))
    .map((status) => ({ status }))
}

function responsesOf(document: Document): Set<Response> {
  return new Set(
    endpointsOf(document).flatMap(({ operation: { responses = {} } }) =>
      Object.values(responses).map((response) => resolveRef(document, response)),
    ),
  )
}

/** Adds the name of each example to its summary, because Redoc shows only the summary. */
function withNames(document: Document, examples: Examples): Examples {
  return Object.fromEntries(
    Object.entries(examples).map(([name, node]) => {
      const { summary = name, ...others } = resolveRef(document, node)
      return [name, { ...others, summary: summary === name ? name : `${summary} (${name})` }]
    }),
  )
}

function errorExamplesOf(document: Document): { status: string; example: string }[] {
  return endpointsOf(document).flatMap(({ operation: { responses = {} } }) =>
    Object.entries(responses).flatMap(([status, response]) => {
      const [media] = Object.values(resolveRef(document, response).content ?? {})
      // The second one, because the code alone asks for the first.
      const [, name] = Object.keys(media?.examples ?? {})
      return status.startsWith('4') && name !== undefined ? [{ status, example: name }] : []
    }),
  )
}
