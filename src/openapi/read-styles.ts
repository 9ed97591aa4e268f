import { type FieldSource, readDeepObject } from './deep-object.ts'
import type { Schema } from './document.ts'
import { type Style, separatorOf } from './parameter-style.ts'
import { hasScalar, propertiesOf, typesOf } from './schema-shape.ts'

/**
 * Reads a value of a query or form.
 * @param fields all names and values of the query or form
 * @returns text, files, or lists and objects of them, for a validator that converts types; undefined if it is
 *   absent
 */
export function readField(
  document: object,
  schema: Schema,
  name: string,
  fields: FieldSource,
  { style, explode }: Style,
): unknown {
  if (style === 'deepObject') return readDeepObject(document, schema, name, fields)
  const types = typesOf(document, schema)
  const values = fields.getAll(name)
  const text = values.findLast((value) => typeof value === 'string')
  if (types.has('array')) {
    if (values.length === 0) return undefined
    // A schema that also allows other types gets a single value as it is.
    if (explode) return values.length > 1 || !hasScalar(types) ? values : values[0]
    return text?.split(separatorOf(style)) ?? values
  }
  if (types.has('object') && values.length === 0 && explode) return readProperties(document, schema, fields)
  if (types.has('object') && !hasScalar(types) && text !== undefined && !explode)
    return toPairs(text.split(separatorOf(style)))
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

function readProperties(
  document: object,
  schema: Schema,
  fields: FieldSource,
): Record<string, unknown> | undefined {
  const found = Object.keys(propertiesOf(document, schema)).flatMap((property) => {
    const values = fields.getAll(property)
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
