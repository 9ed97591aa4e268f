import type { Document, Schema } from '../openapi/document.ts'
import { fileSchemas } from '../openapi/files.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { isRef, resolveRef } from '../openapi/resolve-ref.ts'

const mark = 'x-is-file'

/**
 * Marks the schemas of files in request bodies, in place: there, code passes a `Blob`. A schema that JSON or
 * a response also uses is not marked, because its values are text there.
 */
export function markFiles(document: Document): void {
  const bodies = endpointsOf(document).flatMap(({ operation: { requestBody = {} } }) =>
    Object.entries(resolveRef(document, requestBody).content ?? {}).map(([mediaType, media]) => ({
      media,
      schemas: fileSchemas(document, mediaType, media),
    })),
  )
  const uploads = bodies.filter(({ schemas }) => schemas.length > 0)
  const others = reachableFrom(document, new Set<object>(uploads.map(({ media }) => media)))
  for (const schema of uploads.flatMap(({ schemas }) => schemas)) {
    if (others.has(schema)) continue
    // openapi-typescript does not ask for the type of a schema without one.
    schema.type ??= 'string'
    Object.assign(schema, { [mark]: true })
  }
}

/** Tells whether a schema is marked, and has the one type that a file takes the place of. */
export const isFile = (schema: object): boolean =>
  mark in schema && 'type' in schema && schema.type === 'string'

/** Returns all nodes that the paths of a document contain or refer to, except for some. */
function reachableFrom(document: Document, excluded: ReadonlySet<object>): Set<object> {
  const { components: _, ...start } = document
  const reached = new Set<object>([start])
  // A loop over a set also visits what the loop adds.
  for (const node of reached)
    for (const next of [...Object.values(node), ...(isRef(node) ? [resolveRef<Schema>(document, node)] : [])])
      if (typeof next === 'object' && next !== null && !excluded.has(next)) reached.add(next)
  return reached
}
