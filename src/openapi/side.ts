import type { Schema } from './document.ts'
import { mergeSchemas } from './merge-schemas.ts'

/** Whether a schema is used in a request or in a response. */
export type Side = 'request' | 'response'

/**
 * Returns whether only the other side sends a property: clients do not send those that are `readOnly`, and
 * servers do not return those that are `writeOnly` (OpenAPI 3.0.3, §4.7.24.1).
 */
export function isForOtherSide(document: object, schema: Schema, side: Side): boolean {
  const keyword = side === 'request' ? 'readOnly' : 'writeOnly'
  return schema[keyword] === true || mergeSchemas(document, schema)[keyword] === true
}

/** Returns the properties that a schema requires of this side. Its parts can declare them. */
export function requiredOf(document: object, schema: Schema, side: Side): string[] {
  const { required = [] } = schema
  if (required.length === 0) return required
  const { properties = {} } = mergeSchemas(document, schema)
  return required.filter((name) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    return property === undefined || !isForOtherSide(document, property, side)
  })
}
