import type { Document } from './document.ts'

/**
 * Returns a document for a validator of JSON Schema, which takes every `$id` and `$anchor` for the identifier
 * of a schema, even in examples. All references of a bundled document are JSON Pointers.
 * @returns the document itself if it has none
 */
export function withoutIds(document: Document): Document {
  const text = JSON.stringify(document)
  if (!/"\$(?:id|anchor)":"/.test(text)) return document
  // Below `properties`, these are names of objects.
  return JSON.parse(text, (key, value) =>
    typeof value === 'string' && (key === '$id' || key === '$anchor') ? undefined : value,
  )
}
