import { parseBoundedJson } from './bounded-json.ts'
import type { Encoding, Schema } from './document.ts'
import { readField } from './read-styles.ts'
import { propertiesOf, typesOf } from './schema-shape.ts'

/**
 * Reads a form as the object that its schema describes: declared fields by their encoding (OpenAPI 3.1,
 * §4.8.15), and all other fields as text.
 */
export async function readForm(
  document: object,
  schema: Schema,
  encoding: Record<string, Encoding>,
  form: FormData | URLSearchParams,
): Promise<Record<string, unknown>> {
  const fields = form instanceof URLSearchParams ? form : await toText(form)
  const properties = propertiesOf(document, schema)
  const declared = Object.entries(properties).flatMap(([name, property]) => {
    const value = readProperty(document, property, name, fields, encoding[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  const isRead = (name: string) => name in properties || name.replace(/\[.*$/, '') in properties
  const others = [...new Set(fields.keys())]
    .filter((name) => !isRead(name))
    .map((name) => [name, fields.getAll(name).length > 1 ? fields.getAll(name) : fields.get(name)] as const)
  return Object.fromEntries([...declared, ...others])
}

/** An object is JSON, or has its properties in fields such as `address[city]`. */
function readProperty(
  document: object,
  schema: Schema,
  name: string,
  fields: URLSearchParams,
  { style, explode, contentType }: Encoding = {},
): unknown {
  const types = typesOf(document, schema)
  const isNested = [...fields.keys()].some((key) => key.startsWith(`${name}[`))
  const form = {
    style: style ?? (isNested ? 'deepObject' : 'form'),
    explode: explode ?? (style ?? 'form') === 'form',
  }
  const value = readField(document, schema, name, fields, form)
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

async function toText(form: FormData): Promise<URLSearchParams> {
  const texts = await Promise.all(
    [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await value.text()]),
  )
  return new URLSearchParams(texts)
}
