import type { Document, Schema } from '../../openapi/document.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'

/** Whether a schema is used in a request or in a response. */
export type Side = 'request' | 'response'

/**
 * Returns whether only the other side sends a property: clients do not send those that are `readOnly`, and
 * servers do not return those that are `writeOnly` (OpenAPI 3.0.3, §4.7.24.1).
 */
export function isForOtherSide(document: Document, schema: Schema, side: Side): boolean {
  const keyword = side === 'request' ? 'readOnly' : 'writeOnly'
  return schema[keyword] === true || resolveRef<Schema>(document, schema)[keyword] === true
}

/**
 * Copies a document for one side: what the other side sends is not required.
 * @returns the document itself if both sides are the same
 */
export function documentOf(document: Document, side: Side): Document {
  let isChanged = false
  const copy = structuredClone(document)

  function visit(node: unknown): void {
    if (typeof node !== 'object' || node === null) return
    const { required } = node as Schema
    if (Array.isArray(required)) {
      const properties = propertiesOf(document, node as Schema)
      const kept = required.filter((name) => !properties.some((each) => isForeign(each[name])))
      if (kept.length < required.length) {
        isChanged = true
        ;(node as Schema).required = kept
      }
    }
    for (const child of Object.values(node)) visit(child)
  }
  const isForeign = (schema: Schema | undefined) =>
    schema !== undefined && isForOtherSide(document, schema, side)

  visit(copy)
  return isChanged ? copy : document
}

/** The properties of a schema, and of what it is composed of. */
function propertiesOf(document: Document, schema: Schema, depth = 0): Record<string, Schema>[] {
  if (depth > 4) return []
  const { properties, allOf = [] } = resolveRef<Schema>(document, schema)
  const composed = Array.isArray(allOf) ? allOf : []
  return [properties ?? {}, ...composed.flatMap((part) => propertiesOf(document, part, depth + 1))]
}
