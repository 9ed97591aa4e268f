import { walk } from './walk.ts'

/**
 * Rewrites the schemas of an OpenAPI 3.0 document in place to those of 3.1: `nullable`, and boolean
 * `exclusiveMinimum` and `exclusiveMaximum`.
 */
export function upgradeSchemas(document: object): void {
  walk(document, (schema) => {
    if (schema.nullable === true) allowNull(schema)
    useNumber(schema, 'exclusiveMinimum', 'minimum')
    useNumber(schema, 'exclusiveMaximum', 'maximum')
  })
}

/** `nullable` has an effect only next to `type` (OpenAPI 3.0.3, §4.7.24). */
function allowNull(schema: Record<string, unknown>): void {
  if (typeof schema.type !== 'string') return
  schema.type = [schema.type, 'null']
  delete schema.nullable
}

function useNumber(schema: Record<string, unknown>, exclusive: string, inclusive: string): void {
  if (typeof schema[exclusive] !== 'boolean') return
  if (schema[exclusive] && typeof schema[inclusive] === 'number') {
    schema[exclusive] = schema[inclusive]
    delete schema[inclusive]
  } else delete schema[exclusive]
}
