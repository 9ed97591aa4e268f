import { parseBoundedJson } from './bounded-json.ts'
import type { FieldSource } from './deep-object.ts'
import type { Encoding, Schema } from './document.ts'
import { encodingOf } from './files.ts'
import { readField } from './read-styles.ts'
import { propertiesOf, typesOf } from './schema-shape.ts'

/**
 * Reads a form as the object that its schema describes: declared fields by their encoding (OpenAPI 3.1,
 * §4.8.15), and all other fields as text. Files stay files.
 */
export function readForm(
  document: object,
  schema: Schema,
  encoding: Record<string, Encoding>,
  fields: FieldSource,
): Record<string, unknown> {
  const properties = propertiesOf(document, schema)
  const isDeclared = (name: string) => Object.hasOwn(properties, name)
  const declared = Object.entries(properties).flatMap(([name, property]) => {
    const value = readProperty(document, property, name, fields, encodingOf(encoding, name))
    return value === undefined ? [] : [[name, value] as const]
  })
  const others = [...Map.groupBy(fields, ([name]) => name)]
    .filter(([name]) => !isDeclared(name) && !isDeclared(name.replace(/\[.*$/s, '')))
    .map(([name, entries]) => [name, oneOrMany(entries.map(([, value]) => value))] as const)
  return Object.fromEntries([...declared, ...others])
}

const oneOrMany = <Value>(values: Value[]) => (values.length > 1 ? values : values[0])

/** An object is JSON, or has its properties in fields such as `address[city]`. */
function readProperty(
  document: object,
  schema: Schema,
  name: string,
  fields: FieldSource,
  { style, explode, contentType }: Encoding,
): unknown {
  const types = typesOf(document, schema)
  const isNested = [...fields.keys()].some((key) => key.startsWith(`${name}[`))
  // Only an explicit style writes the properties of an object as fields of the form.
  if (!isNested && !fields.has(name) && style === undefined && explode === undefined) return undefined
  const form = {
    style: style ?? (isNested ? 'deepObject' : 'form'),
    explode: explode ?? (style ?? 'form') === 'form',
  }
  const value = readField(document, schema, name, fields, form)
  const isJsonList = types.has('array') && contentType?.includes('json')
  // A list that is JSON is one text, or one for each item.
  if (isJsonList && Array.isArray(value) && value.length === 1) {
    const [only] = value.map(parseTexts)
    return Array.isArray(only) ? only : [only]
  }
  const isJson =
    contentType?.includes('json') || types.has('object') || itemTypes(document, schema).has('object')
  return isJson ? parseTexts(value) : value
}

function itemTypes(document: object, schema: Schema): Set<string> {
  return typesOf(document, { anyOf: [schema].flatMap(({ items }) => (items ? [items] : [])) })
}

/** Parses text that is JSON. Other text is left to the validation. */
function parseTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parseTexts)
  if (typeof value !== 'string') return value
  try {
    return parseBoundedJson(value)
  } catch {
    return value
  }
}
