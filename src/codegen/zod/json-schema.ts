import type { Schema } from '../../openapi/document.ts'

/** A JSON Schema with all keywords that can be rendered. */
export interface JsonSchema extends Omit<Schema, keyof Subschemas>, Subschemas {
  maxContains?: number
}

/** The keywords that contain schemas. */
interface Subschemas {
  items?: AnySchema
  additionalProperties?: AnySchema
  properties?: Record<string, AnySchema>
  allOf?: AnySchema[]
  anyOf?: AnySchema[]
  oneOf?: AnySchema[]
  prefixItems?: AnySchema[]
  contains?: AnySchema
  patternProperties?: Record<string, AnySchema>
  propertyNames?: AnySchema
  dependentSchemas?: Record<string, AnySchema>
  not?: AnySchema
  if?: AnySchema
  then?: AnySchema
  else?: AnySchema
}

/** A schema, or true, which accepts all values, or false, which accepts none. */
export type AnySchema = JsonSchema | boolean

/** Keywords that do not restrict values. */
const annotations = new Set([
  ...['title', 'summary', 'description', 'deprecated', 'default', 'example', 'examples', '$comment'],
  ...['readOnly', 'writeOnly', 'externalDocs', 'xml', 'discriminator', 'nullable'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema', '$defs', 'definitions'],
])

/** Tells whether a schema rejects any value. */
export const isRestrictive = (schema: AnySchema): boolean =>
  typeof schema === 'boolean' ? !schema : keywordsOf(schema).length > 0

/** Returns the keywords of a schema, without annotations. */
export const keywordsOf = (schema: JsonSchema): string[] =>
  Object.keys(schema).filter((key) => !annotations.has(key) && !key.startsWith('x-'))
