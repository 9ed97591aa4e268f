import type { Schema } from '../../../openapi/document.ts'
import { readPattern } from '../../../openapi/pattern.ts'

/** A value that is meant to violate one keyword. */
export interface KeywordViolation {
  keyword: keyof Schema
  /** The violation, such as `shorter than 8`. */
  title: string
  value: unknown
}

/**
 * Returns values that violate the keywords of a schema, one for each keyword and wrong type. Whether a value
 * really is invalid is left to the caller: another keyword may allow it.
 * @param value a valid value, which is changed as little as possible
 */
export function violationsOfKeywords(schema: Schema, value: unknown): KeywordViolation[] {
  return [
    ...wrongTypes(schema),
    ...wrongConstants(schema, value),
    ...wrongTexts(schema, value),
    ...wrongNumbers(schema),
    ...wrongLists(schema, value),
    ...wrongObjects(schema, value),
  ]
}

const samplesOfTypes: Record<string, { title: string; value: unknown }> = {
  string: { title: 'a string', value: 'text' },
  number: { title: 'a number', value: 42.5 },
  boolean: { title: 'a boolean', value: true },
  null: { title: 'null', value: null },
  array: { title: 'a list', value: [] },
  object: { title: 'an object', value: {} },
}

function wrongTypes({ type }: Schema): KeywordViolation[] {
  const types = [type ?? []].flat()
  if (types.length === 0) return []
  // `wrongNumbers` sends a fraction instead of an integer.
  const allowed = new Set(types.map((each) => (each === 'integer' ? 'number' : each)))
  return Object.entries(samplesOfTypes).flatMap(([name, sample]) =>
    allowed.has(name) ? [] : [{ keyword: 'type', ...sample }],
  )
}

function wrongConstants({ enum: allowed, const: constant }: Schema, value: unknown): KeywordViolation[] {
  const other = typeof (constant ?? allowed?.[0] ?? value) === 'number' ? 987_654_321 : 'auth-contracts'
  return [
    ...(allowed ? [{ keyword: 'enum' as const, title: 'outside the enum', value: other }] : []),
    ...(constant !== undefined
      ? [{ keyword: 'const' as const, title: 'another constant', value: other }]
      : []),
  ]
}

function wrongTexts(
  { minLength = 0, maxLength, pattern, format }: Schema,
  value: unknown,
): KeywordViolation[] {
  const text = typeof value === 'string' ? value : 'example'
  const shortTitle = minLength === 1 ? 'empty' : `shorter than ${minLength}`
  return [
    ...(minLength > 0
      ? [
          {
            keyword: 'minLength' as const,
            title: shortTitle,
            value: [...text.padEnd(minLength, 'x')].slice(0, minLength - 1).join(''),
          },
        ]
      : []),
    ...(maxLength !== undefined
      ? [
          {
            keyword: 'maxLength' as const,
            title: `longer than ${maxLength}`,
            value: lengthen(text, maxLength + 1, format),
          },
        ]
      : []),
    ...(pattern !== undefined ? breakPattern(pattern, text) : []),
    ...(format !== undefined ? breakFormat(format) : []),
  ]
}

/** Lengthens a text so that it keeps the common formats. */
function lengthen(text: string, length: number, format: string | undefined): string {
  const missing = Math.max(0, length - [...text].length)
  if (format === 'email' && text.includes('@')) return 'x'.repeat(missing) + text
  return text + (text.at(-1) ?? 'x').repeat(missing)
}

function breakPattern(pattern: string, text: string): KeywordViolation[] {
  const candidates = [`${text}!`, `!${text}`, 'ftp://example.com/', 'a/b', `${text}\n`, ' ', '', '!', '§']
  const matcher = readPattern(pattern)
  const broken = matcher && candidates.find((candidate) => !matcher.test(candidate))
  return broken === undefined ? [] : [{ keyword: 'pattern', title: 'breaks the pattern', value: broken }]
}

const brokenFormats: Record<string, string> = {
  date: '2026-02-30',
  'date-time': '2026-02-30T25:00:00Z',
  time: '25:00:00Z',
  duration: 'one hour',
  email: 'not-an-email',
  'idn-email': 'not-an-email',
  hostname: '-not-a-host-',
  ipv4: '256.1.1.1',
  ipv6: '1::2::3',
  uri: 'not a uri',
  'uri-reference': '\\not a uri',
  uuid: 'not-a-uuid',
  'json-pointer': 'not~a~pointer',
  regex: '(',
}

function breakFormat(format: string): KeywordViolation[] {
  const value = brokenFormats[format]
  return value === undefined ? [] : [{ keyword: 'format', title: `no valid ${format}`, value }]
}

function wrongNumbers(schema: Schema): KeywordViolation[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, type } = schema
  const violations: (KeywordViolation | false)[] = [
    [type ?? []].flat().includes('integer') && { keyword: 'type', title: 'a fraction', value: 1.5 },
    minimum !== undefined && { keyword: 'minimum', title: `below ${minimum}`, value: minimum - 1 },
    maximum !== undefined && { keyword: 'maximum', title: `above ${maximum}`, value: maximum + 1 },
    exclusiveMinimum !== undefined && {
      keyword: 'exclusiveMinimum',
      title: `not above ${exclusiveMinimum}`,
      value: exclusiveMinimum,
    },
    exclusiveMaximum !== undefined && {
      keyword: 'exclusiveMaximum',
      title: `not below ${exclusiveMaximum}`,
      value: exclusiveMaximum,
    },
    multipleOf !== undefined && {
      keyword: 'multipleOf',
      title: `not a multiple of ${multipleOf}`,
      value: (minimum ?? 0) + multipleOf * 1.5,
    },
  ]
  return violations.filter((violation) => violation !== false)
}

function wrongLists({ minItems = 0, maxItems, uniqueItems }: Schema, value: unknown): KeywordViolation[] {
  const items: unknown[] = Array.isArray(value) ? value : []
  const repeat = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const item = items[index % items.length]
      // Equal items would violate `uniqueItems` as well.
      return uniqueItems && typeof item === 'string' && index >= items.length ? item + index : item
    })
  const violations: (KeywordViolation | false)[] = [
    minItems > 0 && {
      keyword: 'minItems',
      title: `fewer than ${minItems} items`,
      value: items.slice(0, minItems - 1),
    },
    maxItems !== undefined &&
      items.length > 0 && {
        keyword: 'maxItems',
        title: `more than ${maxItems} items`,
        value: repeat(maxItems + 1),
      },
    uniqueItems === true &&
      items.length > 0 && {
        keyword: 'uniqueItems',
        title: 'repeated items',
        value: [...items, items[0]],
      },
  ]
  return violations.filter((violation) => violation !== false)
}

function wrongObjects(
  { additionalProperties, minProperties = 0, maxProperties }: Schema,
  value: unknown,
): KeywordViolation[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const extra = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`authContracts${index}`, 'text']))
  const violations: (KeywordViolation | false)[] = [
    (additionalProperties === false || typeof additionalProperties === 'object') && {
      keyword: 'additionalProperties',
      title: additionalProperties === false ? 'an unknown field' : 'an unknown field of the wrong type',
      value: { ...value, ...extra(1) },
    },
    minProperties > 0 && {
      keyword: 'minProperties',
      title: `fewer than ${minProperties} fields`,
      value: Object.fromEntries(Object.entries(value).slice(0, minProperties - 1)),
    },
    maxProperties !== undefined && {
      keyword: 'maxProperties',
      title: `more than ${maxProperties} fields`,
      value: { ...value, ...extra(maxProperties + 1) },
    },
  ]
  return violations.filter((violation) => violation !== false)
}
