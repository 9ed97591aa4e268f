import type { Document, Exemplified } from '../../openapi/document.ts'
import { exampleRequest } from '../../openapi/example-request.ts'
import type { Endpoint } from '../../openapi/operations.ts'
import { isOpaque } from '../../openapi/read-content.ts'
import { describedBy, exampleNamesOf } from '../../openapi/request-value.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { bodiesOf, type ConsoleBody } from './body.ts'

/** The values of a named example. */
export interface ConsoleExample {
  name: string
  summary: string
  /** Whether the request violates the contract. */
  isInvalid: boolean
  /** By location and name, such as `path userId`. */
  parameters: Record<string, unknown>
  /** By media type. Forms have no files. */
  bodies: Record<string, unknown>
}

/** Returns the examples of a request, at least one: without any, values of the schemas. */
export function examplesOf(document: Document, endpoint: Endpoint): ConsoleExample[] {
  const { operation } = endpoint
  const parameters = endpoint.parameters.map((node) => describedBy(resolveRef(document, node)))
  const bodies = bodiesOf(document, operation).map(({ body, content }) => ({
    body,
    endpoint: { ...endpoint, operation: { ...operation, requestBody: { content } } },
    media: Object.values(content),
  }))
  const parts = [...bodies.flatMap(({ media }) => media), ...parameters]
  const names = exampleNamesOf(parts)
  const valid = new Set(parts.flatMap(({ examples = {} }) => Object.keys(examples)))
  return (names.length > 0 ? names : ['ok']).map((name) => ({
    name,
    summary: summaryOf(document, parts, name),
    isInvalid: names.length > 0 && !valid.has(name),
    parameters: Object.fromEntries(
      exampleRequest(document, endpoint, name).parameters.map(
        ({ parameter, value }) => [`${parameter.in} ${parameter.name}`, value] as const,
      ),
    ),
    bodies: Object.fromEntries(
      bodies.flatMap((each) => {
        const { value } = exampleRequest(document, each.endpoint, name).body ?? {}
        return [[each.body.mediaType, editable(each.body, value)] as const]
      }),
    ),
  }))
}

function summaryOf(document: Document, parts: Exemplified[], name: string): string {
  for (const { examples = {}, 'x-invalid-examples': invalid = {} } of parts) {
    const example = examples[name] ?? invalid[name]
    const summary = example && resolveRef(document, example).summary
    if (summary) return summary
  }
  return ''
}

/** Returns the part of a body that is edited as text. A schema describes XML only after parsing. */
function editable({ kind, mediaType, files = [] }: ConsoleBody, value: unknown): unknown {
  if (kind === 'file' || (isOpaque(mediaType) && typeof value !== 'string')) return undefined
  if (typeof value !== 'object' || value === null || files.length === 0) return value
  const names = new Set(files.map(({ name }) => name))
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)))
}
