import type { Document, Parameter, Schema } from '../../openapi/document.ts'
import { isJson } from '../../openapi/media-type.ts'
import { mergeSchemas } from '../../openapi/merge-schemas.ts'
import type { Endpoint } from '../../openapi/operations.ts'
import { resolveRef } from '../../openapi/resolve-ref.ts'
import { typesOf } from '../../openapi/schema-shape.ts'
import { plainText } from '../../search/plain-text.ts'

/**
 * How the text of a field is read: unchanged, as one value per line or a JSON list, as JSON, or as JSON if it
 * begins like an object or a list.
 */
export type TextFormat = 'text' | 'list' | 'json' | 'any'

/** A parameter, with the parts of its declaration that say how its value is written. */
export interface ConsoleParameter extends Pick<Parameter, 'name' | 'in' | 'style' | 'explode' | 'content'> {
  isRequired: boolean
  description: string
  format: TextFormat
  /** Values to choose from, for lists of their items: of the enum, or else of the examples. */
  values: string[]
}

/** Returns the parameters that a user can fill in. The media type of the body is chosen with the body. */
export const parametersOf = (document: Document, { parameters }: Endpoint): ConsoleParameter[] =>
  parameters
    .map((node) => resolveRef(document, node))
    .filter((parameter) => parameter.in !== 'header' || parameter.name.toLowerCase() !== 'content-type')
    .map((parameter) => parameterOf(document, parameter))

function parameterOf(document: Document, parameter: Parameter): ConsoleParameter {
  const { name, in: location, required = false, description = '', style, explode, content } = parameter
  const [mediaType] = Object.keys(content ?? {})
  const schema = schemaOf(parameter)
  const format = mediaType === undefined || isJson(mediaType) ? formatOf(document, schema) : 'text'
  return {
    name,
    in: location,
    ...(style !== undefined && { style }),
    ...(explode !== undefined && { explode }),
    ...(mediaType !== undefined && { content: { [mediaType]: {} } }),
    isRequired: required,
    description: plainText(description),
    // The texts of lines would be strings in JSON.
    format: format === 'list' && mediaType !== undefined ? 'json' : format,
    values: valuesOf(document, parameter, schema),
  }
}

const schemaOf = ({ schema, content = {} }: Parameter): Schema =>
  schema ?? Object.values(content)[0]?.schema ?? {}

function formatOf(document: Document, schema: Schema): TextFormat {
  const types = typesOf(document, schema)
  if (types.has('array')) return 'list'
  const hasText = ['string', 'number', 'integer', 'boolean'].some((type) => types.has(type))
  if (types.has('object')) return hasText ? 'any' : 'json'
  return hasText || mergeSchemas(document, schema).enum ? 'text' : 'any'
}

function valuesOf(document: Document, { examples = {} }: Parameter, schema: Schema): string[] {
  const { enum: allowed, items } = mergeSchemas(document, schema)
  const values =
    allowed ??
    (items && mergeSchemas(document, items).enum) ??
    Object.values(examples).map((example) => resolveRef(document, example).value)
  const scalars = values.filter((value) => value !== null && typeof value !== 'object')
  return [...new Set(scalars.map(String))]
}
