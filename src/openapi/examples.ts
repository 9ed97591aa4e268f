import type { Document, Exemplified, Header, Ref, Response } from './document.ts'
import { findEndpoint } from './operations.ts'
import { resolveRef } from './resolve-ref.ts'
import { statusOf } from './status.ts'

/** A response composed of examples. */
export interface ExampleResponse {
  status: number
  headers: Record<string, string | number>
  body?: unknown
}

/** An example response and the name of its examples; undefined if the contract gives none. */
export interface NamedExampleResponse {
  name: string | undefined
  response: ExampleResponse
}

/**
 * Returns the example responses of an operation by status, in the order of the document.
 * @returns undefined if the operation does not exist
 */
export function exampleResponses(
  document: Pick<Document, 'paths' | 'components'>,
  operationId: string,
): Map<number, NamedExampleResponse[]> | undefined {
  const endpoint = findEndpoint(document, operationId)
  if (!endpoint) return undefined
  const { responses = {} } = endpoint.operation
  const examples = new Map<number, NamedExampleResponse[]>()
  // JavaScript lists statuses before `4XX` and `default`, over which they take precedence.
  for (const [key, response] of Object.entries(responses)) {
    const status = statusOf(key, Object.keys(responses))
    if (!examples.has(status)) examples.set(status, responsesOf(document, status, response))
  }
  return examples
}

function responsesOf(document: object, status: number, response: Response | Ref): NamedExampleResponse[] {
  const { headers = {}, content = {} } = resolveRef(document, response)
  const fields = Object.entries(headers).map(
    ([name, header]) => [name, resolveRef<Header>(document, header)] as const,
  )
  const [media] = Object.values(content)
  const parts = [...(media ? [media] : []), ...fields.map(([, header]) => header)]
  const names = [...new Set(parts.flatMap(({ examples = {} }) => Object.keys(examples)))]
  return (names.length > 0 ? names : [undefined]).map((name) => {
    const body = media && exampleValue(document, media, name)
    const sent = fields.flatMap(([header, declaration]) => {
      if (isForOtherExamples(declaration, name)) return []
      const value = exampleValue(document, declaration, name)
      return value === undefined ? [] : [[header, typeof value === 'number' ? value : String(value)] as const]
    })
    return {
      name,
      response: { status, headers: Object.fromEntries(sent), ...(body !== undefined && { body }) },
    }
  })
}

/** Tells whether a header is optional and has examples for other responses only. */
function isForOtherExamples({ required = false, examples = {} }: Header, name: string | undefined): boolean {
  return !required && name !== undefined && Object.keys(examples).length > 0 && !(name in examples)
}

/** Returns the example of that name, or else the first example, or else that of the schema. */
function exampleValue(
  document: object,
  { examples = {}, example, schema }: Exemplified & Pick<Header, 'schema'>,
  name: string | undefined,
): unknown {
  const named = (name !== undefined && examples[name]) || Object.values(examples)[0]
  if (named !== undefined) return resolveRef(document, named).value
  if (example !== undefined) return example
  const { const: constant, examples: [first] = [] } = schema ? resolveRef(document, schema) : {}
  return constant ?? first
}
