import type { MediaType, Parameter, Schema } from './document.ts'
import { hasFields } from './media-type.ts'
import { mergeSchemas } from './merge-schemas.ts'
import { propertiesOf, typesOf } from './schema-shape.ts'

/**
 * Returns a parameter whose samples can be sent: an empty list or object is written as nothing (RFC 6570,
 * §2.3), so that a required one would be missing.
 */
export function sendableParameter(document: object, parameter: Parameter): Parameter {
  const { required, schema } = parameter
  if (!required || !schema) return parameter
  const types = typesOf(document, schema)
  if (!types.has('array') && !types.has('object')) return parameter
  return { ...parameter, schema: { allOf: [schema, { minItems: 1, minProperties: 1 }] } }
}

/** Returns a body whose samples can be sent: a required list of a form has an item. */
export function sendableBody(document: object, mediaType: string, media: MediaType): MediaType {
  const { schema } = media
  if (!schema || !hasFields(mediaType)) return media
  const { required = [] } = mergeSchemas(document, schema)
  const fields = propertiesOf(document, schema)
  const lists = required.filter((name) => typesOf(document, fields[name] ?? {}).has('array'))
  if (lists.length === 0) return media
  const properties: Record<string, Schema> = Object.fromEntries(lists.map((name) => [name, { minItems: 1 }]))
  return { ...media, schema: { allOf: [schema, { properties }] } }
}
