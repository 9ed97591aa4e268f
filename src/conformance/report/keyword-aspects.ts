import type { Schema } from '../../openapi/document.ts'
import type { Side } from '../../openapi/side.ts'

/** One way to meet or violate a keyword. */
export interface Aspect {
  keyword: string
  /** The value that has to be seen, such as `"admin"` of an `enum`, or `above 100` of a `maximum`. */
  aspect: string
  isSeenIn: (value: unknown) => boolean
}

/** Splits a schema into what a test can exercise. Only requests are expected to violate it. */
export function aspectsOf(schema: Schema, side: Side): Aspect[] {
  const optional = Object.keys(schema.properties ?? {}).filter((name) => !schema.required?.includes(name))
  const types = Array.isArray(schema.type) ? schema.type : []
  const has = (value: unknown, name: string) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  const values = schema.enum ?? []
  return [
    ...values.map(
      (each): Aspect => ({
        keyword: 'enum',
        aspect: JSON.stringify(each),
        isSeenIn: (value) => JSON.stringify(value) === JSON.stringify(each),
      }),
    ),
    ...(side === 'request' && values.length > 0
      ? [
          {
            keyword: 'enum',
            aspect: 'another value',
            isSeenIn: (value: unknown) =>
              !values.some((each) => JSON.stringify(each) === JSON.stringify(value)),
          },
        ]
      : []),
    ...types.map(
      (type): Aspect => ({ keyword: 'type', aspect: type, isSeenIn: (value) => isOf(type, value) }),
    ),
    ...(side === 'request' ? (schema.required ?? []) : []).map(
      (name): Aspect => ({
        keyword: 'required',
        aspect: `without ${name}`,
        isSeenIn: (value) => isObject(value) && !has(value, name),
      }),
    ),
    ...optional.flatMap((name): Aspect[] => [
      { keyword: 'properties', aspect: `with ${name}`, isSeenIn: (value) => has(value, name) },
      {
        keyword: 'properties',
        aspect: `without ${name}`,
        isSeenIn: (value) => isObject(value) && !has(value, name),
      },
    ]),
    ...(['oneOf', 'anyOf'] as const).flatMap((keyword) =>
      (schema[keyword] ?? []).map(
        (_, index): Aspect => ({
          keyword,
          aspect: `branch ${index + 1}`,
          isSeenIn: () => false,
        }),
      ),
    ),
    ...boundsOf(schema, side),
  ]
}

type Bound =
  | 'minLength'
  | 'maxLength'
  | 'minimum'
  | 'maximum'
  | 'exclusiveMinimum'
  | 'exclusiveMaximum'
  | 'minItems'
  | 'maxItems'

function boundsOf(schema: Schema, side: Side): Aspect[] {
  const bounds: [keyword: Bound, measure: (value: unknown) => number | undefined, isUpper: boolean][] = [
    ['minLength', lengthOf, false],
    ['maxLength', lengthOf, true],
    ['minimum', numberIn, false],
    ['maximum', numberIn, true],
    ['exclusiveMinimum', numberIn, false],
    ['exclusiveMaximum', numberIn, true],
    ['minItems', itemsIn, false],
    ['maxItems', itemsIn, true],
  ]
  const patterns = (['pattern', 'format'] as const).flatMap((keyword): Aspect[] => {
    const rule = schema[keyword]
    return typeof rule === 'string'
      ? [{ keyword, aspect: rule, isSeenIn: (value) => typeof value === 'string' }]
      : []
  })
  return [
    ...patterns,
    ...bounds.flatMap(([keyword, measure, isUpper]): Aspect[] => {
      const bound = schema[keyword]
      if (typeof bound !== 'number') return []
      const test = (aspect: string, isSeen: (size: number) => boolean): Aspect => ({
        keyword,
        aspect,
        isSeenIn(value) {
          const size = measure(value)
          return size !== undefined && isSeen(size)
        },
      })
      if (side === 'response') return [test(`${bound}`, () => true)]
      return [
        test(`at ${bound}`, (size) => size === bound),
        isUpper
          ? test(`above ${bound}`, (size) => size > bound)
          : test(`below ${bound}`, (size) => size < bound),
      ]
    }),
  ]
}

const lengthOf = (value: unknown) => (typeof value === 'string' ? [...value].length : undefined)
const numberIn = (value: unknown) => (typeof value === 'number' ? value : undefined)
const itemsIn = (value: unknown) => (Array.isArray(value) ? value.length : undefined)

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}
