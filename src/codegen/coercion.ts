import type { Document, Parameter, Schema } from '../openapi/document.ts'
import { separatorOf, styleOf } from '../openapi/parameter-style.ts'
import { hasScalar, itemsOf, typesOf } from '../openapi/schema-shape.ts'

/**
 * Wraps the code of a schema in a coercion, because parameters and headers arrive as text but can have the
 * types number, boolean and array. `src/http/parameter.ts` reads objects, and lists that can also be text.
 * @param zod the code of the schema
 * @param separator the separator of the items; empty if the parameter is repeated instead
 */
export function coerceText(document: Document, zod: string, schema: Schema, separator: string): string {
  const types = typesOf(document, schema)
  const isList = types.has('array') && !hasScalar(types)
  const reader = readerOf(isList ? typesOf(document, itemsOf(document, schema)) : types)
  if (isList) return `z.preprocess(toList('${separator}'${reader ? `, ${reader}` : ''}), ${zod})`
  return reader ? `z.preprocess(${reader}, ${zod})` : zod
}

/** Returns the separator of the items of a list; empty if the parameter is repeated instead. */
export function itemSeparator({ in: location, style, explode }: Partial<Parameter>): string {
  if (location !== 'query') return ','
  const format = styleOf({ in: location, style, explode })
  return format.explode ? '' : separatorOf(format.style)
}

/** Text that can be a string stays one, as for the validator of the mock. */
function readerOf(types: ReadonlySet<string>): keyof typeof coercionHelpers | undefined {
  if (types.has('string')) return undefined
  if (types.has('integer') || types.has('number')) return 'toNumber'
  return types.has('boolean') ? 'toBoolean' : undefined
}

/** Source code for the generated file. Invalid text is left unchanged, so that the schema rejects it. */
export const coercionHelpers = {
  toNumber: `/** Converts the text of a parameter or header. */
const toNumber = (text: unknown) =>
  typeof text === 'string' && /^-?\\d+(\\.\\d+)?$/.test(text) ? Number(text) : text`,
  toBoolean: `/** Converts the text of a parameter or header. */
const toBoolean = (text: unknown) => (text === 'true' ? true : text === 'false' ? false : text)`,
  parseJson: `/** Parses a parameter that is JSON. */
const parseJson = (text: unknown) => {
  try {
    return JSON.parse(String(text))
  } catch {
    return text
  }
}`,
  toList: `/** Splits the text of a parameter. An empty separator means that the parameter is repeated instead. */
const toList =
  (separator: string, read = (text: unknown) => text) =>
  (text: unknown) => {
    const items = typeof text === 'string' ? (separator ? text.split(separator) : [text]) : text
    return Array.isArray(items) ? items.map(read) : items
  }`,
} as const
