import { type Layout, method, raw } from '../code.ts'
import type { JsonSchema } from './json-schema.ts'

/** The keywords for numbers, and their methods in zod. */
const methods = {
  minimum: 'gte',
  maximum: 'lte',
  exclusiveMinimum: 'gt',
  exclusiveMaximum: 'lt',
  multipleOf: 'multipleOf',
} as const

/** Tells whether a schema has keywords for numbers. */
export function constrainsNumbers(schema: JsonSchema): boolean {
  return isInteger(schema) || Object.keys(methods).some((keyword) => keyword in schema)
}

export function renderNumber(schema: JsonSchema): Layout {
  const { minimum = int32.minimum, maximum = int32.maximum } = schema
  const limits =
    schema.format === 'int32'
      ? { minimum: Math.max(minimum, int32.minimum), maximum: Math.min(maximum, int32.maximum) }
      : {}
  const limited: JsonSchema = { ...schema, ...limits }
  let zod = raw(isInteger(schema) ? 'z.int()' : 'z.number()')
  for (const [keyword, name] of Object.entries(methods)) {
    const limit = limited[keyword as keyof typeof methods]
    if (limit !== undefined) zod = method(zod, name, limit)
  }
  return zod
}

const int32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }

function isInteger({ type, format = '' }: JsonSchema): boolean {
  const types = [type].flat()
  return (types.includes('integer') && !types.includes('number')) || ['int32', 'int64'].includes(format)
}
