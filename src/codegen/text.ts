import type { Parameter, Schema } from '../openapi/document.ts'

/**
 * Parameters and headers travel as text: wraps the code of their schema in what makes numbers, booleans and lists of it.
 * @param schema what the code `zod` checks
 * @param item what each item is, where `schema` is a list
 * @param separator what stands between the items of a list; nothing where the parameter is repeated instead
 */
export function fromText(zod: string, schema: Schema, item: Schema, separator: string): string {
  const isList = typesOf(schema).includes('array')
  const reader = readerOf(isList ? item : schema)
  if (isList) return `z.preprocess(toList('${separator}'${reader ? `, ${reader}` : ''}), ${zod})`
  return reader ? `z.preprocess(${reader}, ${zod})` : zod
}

/** By the styles of OpenAPI 3.1.1, section 4.8.12.2. Headers and path parameters separate by commas. */
export function separatorOf({ in: place, style, explode = true }: Partial<Parameter>): string {
  if (place !== 'query') return ','
  if (style === 'spaceDelimited') return ' '
  if (style === 'pipeDelimited') return '|'
  return explode ? '' : ','
}

const typesOf = ({ type }: Schema): (string | undefined)[] => [type].flat()

function readerOf(schema: Schema): keyof typeof textHelpers | undefined {
  const types = typesOf(schema)
  if (types.includes('integer') || types.includes('number')) return 'toNumber'
  return types.includes('boolean') ? 'toBoolean' : undefined
}

/** The source code that the generated file needs for the above. What is not of the form stays as it is, to be refused. */
export const textHelpers = {
  toNumber: `/** Parameters and headers travel as text. */
const toNumber = (text: unknown) =>
  typeof text === 'string' && /^-?\\d+(\\.\\d+)?$/.test(text) ? Number(text) : text`,
  toBoolean: `/** Parameters and headers travel as text. */
const toBoolean = (text: unknown) => (text === 'true' ? true : text === 'false' ? false : text)`,
  toList: `/** A list travels as one text with separators, or, without any, as a parameter that is repeated. */
const toList =
  (separator: string, read = (text: unknown) => text) =>
  (text: unknown) => {
    const items = typeof text === 'string' ? (separator ? text.split(separator) : [text]) : text
    return Array.isArray(items) ? items.map(read) : items
  }`,
} as const
