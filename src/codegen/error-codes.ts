import type { Document, MediaType, Response, Schema } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'

/**
 * Returns a copy of a contract in which the schema of each error response allows only the codes that its
 * examples name. The types then reject comparisons with a code that cannot occur at that status.
 */
export function narrowErrorCodes(contract: Document): Document {
  const document = structuredClone(contract)
  for (const response of errorResponsesOf(document)) {
    for (const media of Object.values(response.content ?? {})) narrowCodes(document, media)
  }
  return document
}

/** Returns the error responses of all operations. Those that operations share are included once. */
function errorResponsesOf(document: Document): Set<Response> {
  return new Set(
    endpointsOf(document).flatMap(({ operation: { responses = {} } }) =>
      Object.entries(responses)
        .filter(([status]) => /^[45]/.test(status))
        .map(([, response]) => resolveRef(document, response)),
    ),
  )
}

function narrowCodes(document: Document, media: MediaType): void {
  const { schema, examples = {} } = media
  const path = schema && findCode(document, schema)
  if (!path) return
  const codes = Object.values(examples).map((example) =>
    path.reduce<unknown>(property, resolveRef(document, example).value),
  )
  if (codes.length === 0) return
  const code: Schema = { type: 'string', enum: [...new Set(codes)] }
  const narrowed = path.reduceRight<Schema>(
    (inner, name) => ({ type: 'object', required: [name], properties: { [name]: inner } }),
    code,
  )
  media.schema = { allOf: [schema, narrowed] }
}

/** Returns the path of a property `code` with several possible values, at most one level deep. */
function findCode(document: Document, schema: Schema, depth = 0): string[] | undefined {
  const { properties = {} } = resolveRef(document, schema)
  if (properties.code && resolveRef(document, properties.code).enum) return ['code']
  if (depth > 0) return undefined
  return Object.entries(properties).flatMap(([name, inner]) => {
    const path = findCode(document, inner, depth + 1)
    return path ? [[name, ...path]] : []
  })[0]
}

function property(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | undefined)?.[name]
}
