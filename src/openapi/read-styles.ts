import { maxNesting } from './bounded-json.ts'
import type { Schema } from './document.ts'
import { type Style, separatorOf } from './parameter-style.ts'
import { hasScalar, itemsOf, propertiesOf, typesOf } from './schema-shape.ts'

/** Reads all values of a name. */
type ReadAll = (name: string) => string[]

/**
 * Reads a value of a query or form.
 * @param fields all names and values of the query or form
 * @returns text, or lists and objects of text, for a validator that converts types; undefined if it is absent
 */
export function readField(
  document: object,
  schema: Schema,
  name: string,
  fields: URLSearchParams,
  { style, explode }: Style,
): unknown {
  const types = typesOf(document, schema)
  const values = fields.getAll(name)
  if (style === 'deepObject') return readDeepObject(document, schema, name, fields)
  if (types.has('array')) {
    if (values.length === 0) return undefined
    // A schema that also allows other types gets a single value as it is.
    if (explode) return values.length > 1 || !hasScalar(types) ? values : values[0]
    return values.at(-1)?.split(separatorOf(style))
  }
  if (types.has('object') && values.length === 0 && explode)
    return readProperties(document, schema, (property) => fields.getAll(property))
  if (types.has('object') && !hasScalar(types) && values.length > 0 && !explode)
    return toPairs(values.at(-1)?.split(separatorOf(style)) ?? [])
  return values.length > 1 ? values : values[0]
}

/**
 * Reads a value of a path or header.
 * @param name the name of the parameter, which the style `matrix` repeats
 */
export function readSimple(
  document: object,
  schema: Schema,
  name: string,
  text: string,
  { style, explode }: Style,
): unknown {
  const types = typesOf(document, schema)
  const prefix = style === 'label' ? '.' : style === 'matrix' ? ';' : ''
  const bare = text.startsWith(prefix) ? text.slice(prefix.length) : text
  const pieces = () => bare.split(explode && prefix ? prefix : ',')
  const withoutName = (piece: string) =>
    style === 'matrix' && piece.startsWith(`${name}=`) ? piece.slice(name.length + 1) : piece
  if (types.has('array') && !hasScalar(types)) return bare === '' ? [] : pieces().map(withoutName)
  if (types.has('object') && !hasScalar(types))
    return explode
      ? Object.fromEntries(pieces().map((piece) => split(piece)))
      : toPairs(withoutName(bare).split(','))
  return withoutName(bare)
}

/**
 * Reads `name[property]=value`, and lists such as `name[]=value` and `name[0]=value`. Nested too deep, an
 * object is left to the validation as text.
 */
function readDeepObject(document: object, schema: Schema, name: string, fields: URLSearchParams): unknown {
  const keys = [...new Set(fields.keys())].filter((key) => key.startsWith(`${name}[`))
  if (keys.length > 0 && name.split('[').length > maxNesting) return keys[0]
  const types = typesOf(document, schema)
  // Some clients repeat the name of a list instead of adding brackets.
  if (keys.length === 0)
    return types.has('array') && fields.has(name) ? fields.getAll(name) : (fields.get(name) ?? undefined)
  if (types.has('array'))
    return [...new Set(keys.map((key) => key.slice(name.length).split(']')[0]))].flatMap((index) =>
      index === '['
        ? fields.getAll(`${name}[]`)
        : [readDeepObject(document, itemsOf(document, schema), `${name}${index}]`, fields)],
    )
  const properties = propertiesOf(document, schema)
  const names = new Set(keys.map((key) => /^\[([^\]]*)\]/.exec(key.slice(name.length))?.[1] ?? ''))
  return Object.fromEntries(
    [...names].map((property) => [
      property,
      readDeepObject(document, properties[property] ?? {}, `${name}[${property}]`, fields),
    ]),
  )
}

function readProperties(
  document: object,
  schema: Schema,
  read: ReadAll,
): Record<string, unknown> | undefined {
  const found = Object.keys(propertiesOf(document, schema)).flatMap((property) => {
    const values = read(property)
    return values.length === 0 ? [] : [[property, values.length > 1 ? values : values[0]] as const]
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** Converts `a,1,b,2` to `{ a: '1', b: '2' }`. */
function toPairs(items: string[]): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1] ?? '']] : [])),
  )
}

function split(piece: string): [string, string] {
  const index = piece.indexOf('=')
  return index < 0 ? [piece, ''] : [piece.slice(0, index), piece.slice(index + 1)]
}
