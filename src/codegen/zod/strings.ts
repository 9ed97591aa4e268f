import { fullFormats } from 'ajv-formats/dist/formats.js'
import { isBinary } from '../../openapi/files.ts'
import { call, type Layout, method, raw } from '../code.ts'
import type { JsonSchema } from './json-schema.ts'

/** Tells whether a schema has keywords for strings. */
export function constrainsStrings({ minLength, maxLength, pattern, format }: JsonSchema): boolean {
  return [minLength, maxLength, pattern].some((keyword) => keyword !== undefined) || isKnownFormat(format)
}

export function renderString(schema: JsonSchema): Layout {
  const { format = '', minLength, maxLength, pattern } = schema
  let zod = raw(zodFormats.get(format) ?? 'z.string()')
  if (!zodFormats.has(format) && patternOfFormat(format))
    zod = method(zod, 'regex', raw(helperOfFormat(format)))
  if (minLength !== undefined) zod = method(zod, 'check', call('minLength', minLength))
  if (maxLength !== undefined) zod = method(zod, 'check', call('maxLength', maxLength))
  if (pattern !== undefined) zod = method(zod, 'regex', raw(regExp(pattern)))
  // The value of a field for a file is a file.
  return isBinary(schema) ? method(zod, 'or', raw('z.instanceof(Blob)')) : zod
}

/** The formats for which zod has a schema. JSON Schema validators ignore formats that they do not know. */
const zodFormats = new Map(
  Object.entries({
    'date-time': 'z.iso.datetime({ offset: true })',
    date: 'z.iso.date()',
    email: 'z.email({ pattern: email })',
    uuid: 'z.guid()',
    uri: 'z.url()',
    ipv4: 'z.ipv4()',
    ipv6: 'z.ipv6()',
  }),
)

const isKnownFormat = (format = ''): boolean =>
  format === 'binary' || zodFormats.has(format) || patternOfFormat(format) !== undefined

const helperOfFormat = (format: string): string =>
  `${format.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Format`

/** Returns the regular expression with which ajv-formats, the validator of the mock, checks a format. */
function patternOfFormat(format: string): RegExp | undefined {
  const definition: unknown = Object.hasOwn(fullFormats, format)
    ? Reflect.get(fullFormats, format)
    : undefined
  return definition instanceof RegExp ? definition : undefined
}

/** Source code for the generated file. */
export const formatHelpers: Record<string, string> = Object.fromEntries(
  Object.keys(fullFormats).flatMap((format) => {
    const pattern = patternOfFormat(format)
    if (!pattern || zodFormats.has(format)) return []
    const name = helperOfFormat(format)
    return [[name, `/** The format ${format}. */\nconst ${name} = ${pattern}`]]
  }),
)

/**
 * Renders a pattern. Those of JSON Schema are Unicode patterns (JSON Schema Core 2020-12, section 6.4), but
 * many contracts have needless escapes, which only other patterns allow.
 * @throws {SyntaxError} if it is neither
 */
export function regExp(pattern: string): string {
  try {
    return String(new RegExp(pattern, 'u'))
  } catch {
    return String(new RegExp(pattern))
  }
}
