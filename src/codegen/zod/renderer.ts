import type { Layout } from '../code.ts'
import type { AnySchema, JsonSchema } from './json-schema.ts'
import type { JsonTypes } from './json-types.ts'

/** The rest of the document of a schema. */
export interface Context {
  /** Returns the target of a `$ref`. */
  resolve: (schema: JsonSchema) => AnySchema
  /** Renders a `$ref`. */
  reference: (schema: JsonSchema) => Layout
  /** Tells whether the target of a `$ref` does not exist yet when the schema is created. */
  isLater: (schema: JsonSchema) => boolean
  /** Returns the default of an optional value, unless it is invalid. */
  defaultOf: (schema: AnySchema) => { value: unknown } | undefined
}

/** Renders subschemas. */
export interface Renderer extends Context {
  /** @param within the types of the values if another schema restricts them, too; all by default */
  render: (schema: AnySchema, within?: JsonTypes) => Layout
  typesOf: (schema: AnySchema) => JsonTypes
}
