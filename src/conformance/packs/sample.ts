import fc from 'fast-check'
import type { Schema } from '../../openapi/document.ts'
import { readPattern } from '../../openapi/pattern.ts'
import { refName } from '../../openapi/resolve-ref.ts'
import type { Contract, Located } from '../contract/contract.ts'
import { isForOtherSide } from '../contract/side.ts'
import { valuesOf } from './fuzz/generators.ts'
import { mergeSchemas } from './fuzz/merge-schemas.ts'
import { texts } from './fuzz/texts.ts'

/** Nested deeper, schemas only repeat themselves. */
const maxDepth = 8

/** How a value is built. */
interface Plan {
  /** Whether the examples and defaults of schemas are used. */
  usesExamples: boolean
  /** Which branch of each union is built. */
  branch: number
}

const plans: Plan[] = [
  { usesExamples: true, branch: 0 },
  ...[0, 1, 2, 3].map((branch) => ({ usesExamples: false, branch })),
]

const samples = new WeakMap<Schema, unknown>()

/**
 * Invents a small value that a client can send: examples and defaults, and what is required. Keywords that
 * plain rules do not satisfy together are left to the generator of the fuzz tests.
 * @returns the same value each time; it can be invalid if the schema is unusual or contradicts itself
 */
export function sampleOf(contract: Contract, { node, pointer }: Located<Schema>): unknown {
  if (samples.has(node)) return samples.get(node)
  const isValid = (value: unknown) => contract.checkSchema(pointer, value).length === 0
  const built = plans.map((plan) => () => build(contract, node, plan))
  const sample =
    firstOf(built, isValid) ??
    firstOf([() => fc.sample(valuesOf(contract, node), { seed: 1, numRuns: 50 }).find(isValid)], isValid) ??
    built[0]?.()
  samples.set(node, sample)
  return sample
}

function firstOf(candidates: (() => unknown)[], isValid: (value: unknown) => boolean): unknown {
  for (const candidate of candidates) {
    const value = candidate()
    if (value !== undefined && isValid(value)) return value
  }
  return undefined
}

function build(contract: Contract, node: Schema, plan: Plan, depth = 0): unknown {
  const schema = mergeSchemas(contract, node)
  const { const: constant, enum: allowed, examples = [], default: usual, oneOf, anyOf, ...rest } = schema
  if (constant !== undefined) return constant
  const given = plan.usesExamples ? (examples[0] ?? usual) : undefined
  if (given !== undefined) return given
  if (allowed) return allowed.find((value) => value !== null) ?? allowed[0]
  const branches = (oneOf ?? anyOf ?? []).filter(({ type }) => type !== 'null')
  const branch = branches[Math.min(plan.branch, branches.length - 1)]
  if (branch) {
    const value = build(contract, { allOf: [rest, branch] }, plan, depth + 1)
    return withDiscriminator(contract, value, schema, branch)
  }
  switch (typeOf(schema)) {
    case 'object':
      return buildObject(contract, schema, plan, depth)
    case 'array': {
      const item = () => build(contract, schema.items ?? {}, plan, depth + 1)
      return Array.from({ length: depth > maxDepth ? 0 : (schema.minItems ?? 0) }, item)
    }
    case 'integer':
    case 'number':
      return sampleNumber(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return sampleText(schema)
  }
}

function typeOf({ type, properties, required, additionalProperties, items, minimum, maximum }: Schema) {
  const [first] = [type ?? []].flat().filter((each) => each !== 'null')
  if (first !== undefined) return first
  if (type !== undefined) return 'null'
  if (properties ?? required ?? additionalProperties) return 'object'
  if (items) return 'array'
  return (minimum ?? maximum) === undefined ? 'string' : 'number'
}

function buildObject(contract: Contract, schema: Schema, plan: Plan, depth: number): object {
  const { properties = {}, required = [], minProperties = 0, additionalProperties } = schema
  if (depth > maxDepth) return {}
  const isSent = (name: string) => !isForOtherSide(contract.document, properties[name] ?? {}, 'request')
  const optional = Object.keys(properties).filter((name) => !required.includes(name) && isSent(name))
  const needed = required.filter(isSent)
  const names = [...needed, ...optional.slice(0, Math.max(0, minProperties - needed.length))]
  const other = typeof additionalProperties === 'object' ? additionalProperties : {}
  const extra = Array.from({ length: Math.max(0, minProperties - names.length) }, (_, index) => `key${index}`)
  return Object.fromEntries(
    [...names, ...extra].map((name) => [name, build(contract, properties[name] ?? other, plan, depth + 1)]),
  )
}

/** Names the branch in the property that tells branches apart, unless the branch fixes it itself. */
function withDiscriminator(
  contract: Contract,
  value: unknown,
  { discriminator }: Schema,
  branch: Schema,
): unknown {
  const { $ref } = branch
  if (!discriminator?.propertyName || $ref === undefined || typeof value !== 'object' || value === null)
    return value
  const { propertyName, mapping = {} } = discriminator
  const property = mergeSchemas(contract, branch).properties?.[propertyName] ?? {}
  const { const: constant, enum: allowed } = mergeSchemas(contract, property)
  if (constant !== undefined || allowed) return value
  const [name] = Object.entries(mapping).find(([, target]) => $ref.endsWith(target)) ?? []
  return { ...value, [propertyName]: name ?? refName({ $ref }) }
}

function sampleNumber({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema) {
  const step = multipleOf ?? (type === 'integer' ? 1 : 0.5)
  const lowest = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step)
  const highest = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step)
  const value = Math.min(Math.max(multipleOf ?? 1, lowest ?? Number.NEGATIVE_INFINITY), highest ?? Infinity)
  return multipleOf === undefined ? value : Math.ceil(value / multipleOf) * multipleOf
}

const textsOfFormats = new Map(
  Object.entries({
    email: 'someone@example.com',
    uuid: '7d444840-9dc0-41e8-9b3d-0b9a5b1e6c1f',
    uri: 'https://example.com/',
    url: 'https://example.com/',
    'uri-reference': '/example',
    hostname: 'example.com',
    ipv4: '192.0.2.1',
    ipv6: '2001:db8::1',
    'date-time': '2026-01-01T00:00:00Z',
    date: '2026-01-01',
    time: '12:00:00Z',
    duration: 'PT1H',
    byte: 'ZXhhbXBsZQ==',
  }),
)

function sampleText(schema: Schema): string {
  const { format = '', pattern, minLength = 1, maxLength = Number.POSITIVE_INFINITY } = schema
  const usual = textsOfFormats.get(format.toLowerCase())
  const text = usual ?? 'example'.slice(0, Math.max(minLength, 7)).padEnd(minLength, 'x').slice(0, maxLength)
  const matcher = pattern === undefined ? undefined : readPattern(pattern)
  const fits = (each: string) => matcher?.test(each) !== false && each.length <= maxLength
  if (fits(text)) return text
  const found = fc.sample(texts(schema), { seed: 1, numRuns: 50 }).filter(fits)
  return found.find((each) => /^[\x21-\x7e]+$/.test(each)) ?? found[0] ?? text
}
