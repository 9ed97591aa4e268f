import type { Guide } from '../guides/guide.ts'
import { headingId } from '../guides/heading-id.ts'
import { withSandboxUrl } from '../guides/sandbox-url.ts'
import type { Document } from '../openapi/document.ts'
import { exampleResponses } from '../openapi/examples.ts'
import { endpointsOf } from '../openapi/operations.ts'
import type { Entry } from './entry.ts'
import { errorText } from './error-entries.ts'
import { plainText } from './plain-text.ts'

export type GuideSource = Omit<Guide, 'source'>

/** Returns an entry for the introduction of each guide and for each of its sections. */
export function guideEntries(guides: readonly GuideSource[], document: Document): Entry[] {
  const errorNamesIn = createErrorNames(document)
  return guides.flatMap((guide) => sectionsOf(guide, errorNamesIn))
}

function sectionsOf(guide: GuideSource, errorNamesIn: (content: string) => string[]): Entry[] {
  const { variant, topic, language, title, description, operations, body } = guide
  return body
    .split(/^(?=## )/m)
    .map((part) => /^(?:## (?<heading>.*)\n)?(?<content>[\s\S]*)$/.exec(part)?.groups ?? {})
    .map(({ heading = '', content = '' }) => ({
      kind: 'guide',
      variant,
      language,
      topic,
      title,
      section: plainText(heading),
      description,
      text: plainText(withSandboxUrl(withoutNavigation(content), `http://localhost:4000/sandbox/${variant}`)),
      operations,
      names: [...errorNamesIn(content), ...codeSpans(content)],
      link: guideLink(guide, plainText(heading)),
    }))
}

/** Returns the path of a section in the docs. */
function guideLink({ variant, topic, language }: GuideSource, section: string): string {
  const page = `/docs/${variant}/${language === 'en' ? '' : `${language}/`}guides/${topic}/`
  return section ? `${page}#${encodeURIComponent(headingId(section))}` : page
}

/** Removes directives, and list items that only lead to another guide. */
function withoutNavigation(content: string): string {
  return content
    .replaceAll(/^::.*$/gm, '')
    .replaceAll(/^[-*] \[[^\]]*\]\([\w-]+\.\w+\.md.*(?:\n {2}.*)*$/gm, '')
}

/** Returns a function that finds code and messages of the error responses that a section shows. */
function createErrorNames(document: Document): (content: string) => string[] {
  const names = new Map<string, string[]>()
  for (const { operation } of endpointsOf(document))
    for (const [status, examples] of exampleResponses(document, operation.operationId ?? '') ?? [])
      for (const { name, response } of status < 400 ? [] : examples) {
        const { code, messages } = errorText(response.body)
        names.set(
          `${operation.operationId} ${status} ${name}`,
          code === undefined ? messages : [code, ...messages],
        )
      }
  return (content) =>
    [...content.matchAll(/^::response\{(.*)\}$/gm)].flatMap(([, attributes = '']) => {
      const { operation, status, example } = Object.fromEntries(
        [...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value] as const),
      )
      return names.get(`${operation} ${status} ${example}`) ?? []
    })
}

/** Returns the error codes and paths in the code spans of a section. */
function codeSpans(content: string): string[] {
  return [...content.matchAll(/`([^`\n]+)`/g)]
    .map(([, span = '']) => span.replace(/^[A-Z]+ (?=\/)/, ''))
    .filter((span) => /^[\w/-]*[/_-][\w/{}-]*$/.test(span))
}
