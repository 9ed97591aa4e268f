import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from '../../../openapi/document.ts'
import { mergeSchemas } from '../../../openapi/merge-schemas.ts'
import { isForOtherSide } from '../../../openapi/side.ts'
import type { Contract } from '../../contract/contract.ts'
import { preferring } from './preferring.ts'
import { awkwardTexts, texts, word } from './texts.ts'

/** Nested deeper, a recursive schema ends. */
const maxDepth = 5

/**
 * Creates a generator of values that are valid by a schema, with its bounds among them. It shrinks to the
 * smallest value. Keywords that combine in unusual ways can let an invalid value through.
 * @param depth how deeply the schema is nested in others
 */
export function valuesOf(contract: Contract, schema: Schema, depth = 0): Arbitrary<unknown> {
  const merged = mergeSchemas(contract.document, schema)
  const { const: constant, enum: allowed, anyOf, oneOf, examples = [], ...rest } = merged
  if (constant !== undefined) return fc.constant(constant)
  if (allowed) return fc.constantFrom(...allowed)
  const branches = [...(anyOf ?? []), ...(oneOf ?? [])]
  if (branches.length > 0)
    return fc.oneof(
      ...branches.map((branch) => valuesOf(contract, { allOf: [omitAnnotations(rest), branch] }, depth + 1)),
    )
  const types = [merged.type ?? impliedType(merged)].flat()
  const values = types.map((type) => valuesOfType(contract, { ...rest, type }, depth))
  return fc.oneof(...values, ...(examples.length > 0 ? [fc.constantFrom(...examples)] : []))
}

function valuesOfType(contract: Contract, schema: Schema, depth: number): Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      return texts(schema)
    case 'integer':
    case 'number':
      return numbers(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return lists(contract, schema, depth)
    case 'object':
      return objects(contract, schema, depth)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function impliedType({
  properties,
  required,
  items,
  pattern,
  minLength,
  maxLength,
  format,
  minimum,
}: Schema) {
  if (properties ?? required) return 'object'
  if (items) return 'array'
  if (pattern ?? minLength ?? maxLength ?? format) return 'string'
  return minimum === undefined ? 'any' : 'number'
}

const omitAnnotations = ({ description: _, default: __, ...schema }: Schema): Schema => schema

function numbers(schema: Schema): Arbitrary<number> {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const step = multipleOf ?? 1
  const min = Math.max(minimum ?? -(2 ** 53), exclusiveMinimum === undefined ? -(2 ** 53) : exclusiveMinimum)
  const max = Math.min(maximum ?? 2 ** 53, exclusiveMaximum === undefined ? 2 ** 53 : exclusiveMaximum)
  const isInside = (value: number) =>
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum)
  if (type === 'integer' || multipleOf !== undefined) {
    const smallest = Math.max(-(2 ** 31), Math.ceil(min / step))
    const largest = Math.max(smallest, Math.min(2 ** 31 - 1, Math.floor(max / step)))
    return preferring(
      fc.integer({ min: smallest, max: largest }).map((value) => value * step),
      isInside,
    )
  }
  return preferring(
    fc.double({ min, max: Math.max(min, max), noNaN: true, noDefaultInfinity: true }),
    isInside,
  )
}

function lists(contract: Contract, schema: Schema, depth: number): Arbitrary<unknown[]> {
  const { minItems: minLength = 0, items = {}, uniqueItems = false } = schema
  const maxLength = Math.min(
    schema.maxItems ?? Number.POSITIVE_INFINITY,
    minLength + (depth > maxDepth ? 0 : 3),
  )
  const item = depth > maxDepth && minLength === 0 ? fc.constant(null) : valuesOf(contract, items, depth + 1)
  return uniqueItems
    ? fc.uniqueArray(item, { minLength, maxLength, selector: (value) => JSON.stringify(value) })
    : fc.array(item, { minLength, maxLength })
}

function objects(contract: Contract, schema: Schema, depth: number): Arbitrary<object> {
  const {
    properties = {},
    required = [],
    additionalProperties = true,
    minProperties = 0,
    maxProperties,
  } = schema
  const names = [...new Set([...required, ...Object.keys(properties)])].filter(
    (name) =>
      (required.includes(name) || depth <= maxDepth) &&
      !isForOtherSide(contract.document, properties[name] ?? {}, 'request'),
  )
  const known = fc.record(
    Object.fromEntries(names.map((name) => [name, valuesOf(contract, properties[name] ?? {}, depth + 1)])),
    { requiredKeys: required.filter((name) => names.includes(name)) },
  )
  const count = (value: object) => Object.keys(value).length
  const fits = (value: object) =>
    count(value) >= minProperties && (maxProperties === undefined || count(value) <= maxProperties)
  if (additionalProperties === false || depth > 1) return preferring(known, fits)
  const other =
    typeof additionalProperties === 'object'
      ? valuesOf(contract, additionalProperties, depth + 1)
      : fc.jsonValue({ maxDepth: 2 })
  const extra = fc.dictionary(
    word.map((name) => `x${name}`),
    other,
    { minKeys: Math.max(0, minProperties - names.length), maxKeys: Math.max(2, minProperties) },
  )
  // Most requests are plain, so that the extra fields do not hide the others.
  return preferring(
    fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: merged(known, extra, names) }),
    fits,
  )
}

const merged = (known: Arbitrary<object>, extra: Arbitrary<object>, names: string[]): Arbitrary<object> =>
  fc.tuple(known, extra).map(([object, others]) => ({
    ...Object.fromEntries(Object.entries(others).filter(([name]) => !names.includes(name))),
    ...object,
  }))

/** Generates values of any kind, to send instead of what the schema demands. */
export function anyValues(): Arbitrary<unknown> {
  return fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    awkwardTexts,
    // Half a surrogate pair, which JSON can carry and UTF-8 cannot.
    fc.constantFrom('', null, [], {}, '\ud800', -0, 2 ** 53, 1e308),
    fc.integer({ min: 0, max: 5000 }).map((length) => 'x'.repeat(length)),
    fc.integer({ min: 0, max: 200 }).map(nested),
  )
}

function nested(depth: number): unknown {
  let value: unknown = []
  for (let level = 0; level < depth; level++) value = [value]
  return value
}
