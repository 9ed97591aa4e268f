import type { Document } from '../openapi/document.ts'
import { walk } from './walk.ts'

/**
 * Rewrites an OpenAPI 3.0 document in place to 3.1: `nullable`, and boolean `exclusiveMinimum` and
 * `exclusiveMaximum`. A 3.2 document is treated as 3.1.
 */
export function upgrade(document: Document): void {
  if (document.openapi.startsWith('3.0'))
    walk(document, (schema) => {
      if (schema.nullable === true) allowNull(schema)
      useNumber(schema, 'exclusiveMinimum', 'minimum')
      useNumber(schema, 'exclusiveMaximum', 'maximum')
    })
  document.openapi = '3.1.0'
}

/** `nullable` has an effect only next to `type` (OpenAPI 3.0.3, §4.7.24). */
function allowNull(schema: Record<string, unknown>): void {
  if (typeof schema.type !== 'string') return
  schema.type = [schema.type, 'null']
  // An enumeration is closed, so that null must be one of its values.
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null]
  delete schema.nullable
}

function useNumber(schema: Record<string, unknown>, exclusive: string, inclusive: string): void {
  if (typeof schema[exclusive] !== 'boolean') return
  if (schema[exclusive] && typeof schema[inclusive] === 'number') {
    schema[exclusive] = schema[inclusive]
    delete schema[inclusive]
  } else delete schema[exclusive]
}
