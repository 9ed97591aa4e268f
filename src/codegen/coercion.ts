import type { Parameter, Schema } from '../openapi/document.ts'

/**
 * Wraps the code of a schema in a coercion, because parameters and headers arrive as text but can have the
 * types number, boolean and array.
 * @param zod the code of the schema
 * @param item the schema of the items, if `schema` is an array
 * @param separator the separator of the items; empty if the parameter is repeated instead
 */
export function coerceText(zod: string, schema: Schema, item: Schema, separator: string): string {
  const isList = typesOf(schema).includes('array')
  const reader = readerOf(isList ? item : schema)
  if (isList) return `z.preprocess(toList('${separator}'${reader ? `, ${reader}` : ''}), ${zod})`
  return reader ? `z.preprocess(${reader}, ${zod})` : zod
}

/** Returns the separator of array items (OpenAPI 3.1.1, section 4.8.12.2). */
export function separatorOf({ in: location, style, explode = true }: Partial<Parameter>): string {
  if (location !== 'query') return ','
  if (style === 'spaceDelimited') return ' '
  if (style === 'pipeDelimited') return '|'
  return explode ? '' : ','
}

const typesOf = ({ type }: Schema): (string | undefined)[] => [type].flat()

function readerOf(schema: Schema): keyof typeof coercionHelpers | undefined {
  const types = typesOf(schema)
  if (types.includes('integer') || types.includes('number')) return 'toNumber'
  return types.includes('boolean') ? 'toBoolean' : undefined
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
