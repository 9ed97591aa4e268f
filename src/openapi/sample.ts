import type { Schema } from './document.ts'
import { readPattern } from './pattern.ts'
import { isRef, refName, resolveRef } from './resolve-ref.ts'

/** Nested deeper, an object has only its required properties, and a list no items. */
const maxDepth = 8

/**
 * Builds a value for a schema without random data: its example, default or first allowed value, or else the
 * simplest value of its type. Recursive schemas end at their second turn. The value can break keywords that
 * only describe a set of values, such as `pattern`, so that callers that depend on it validate it.
 * @param excluded properties to leave out: those of the other direction
 */
export function sampleValue(document: object, schema: Schema, excluded: 'readOnly' | 'writeOnly'): unknown {
  return sample({ document, excluded, ancestors: [] }, schema)
}

interface Context {
  document: object
  excluded: 'readOnly' | 'writeOnly'
  /** The schemas that contain this one. */
  ancestors: Schema[]
}

function sample(context: Context, schema: Schema): unknown {
  const { document, ancestors } = context
  const merged = merge(document, schema)
  const given = givenValue(merged)
  if (given !== undefined) return given
  const inner = { ...context, ancestors: [...ancestors, target(document, schema)] }
  switch (typeOf(merged)) {
    case 'string':
      return sampleText(merged)
    case 'integer':
    case 'number':
      return sampleNumber(merged)
    case 'boolean':
      return true
    case 'array':
      return sampleList(inner, merged)
    case 'object':
      return sampleObject(inner, merged)
    default:
      return null
  }
}

/** Returns the first value that the schema gives, unless it breaks the type, as examples often do. */
function givenValue(schema: Schema & { example?: unknown }): unknown {
  const { const: constant, examples, example, default: usual, enum: allowed, type } = schema
  const types = [type ?? []].flat()
  const given = [
    constant,
    ...(Array.isArray(examples) ? examples : []),
    example,
    usual,
    ...(Array.isArray(allowed) ? allowed : []),
  ]
  return given.find(
    (value) => value !== undefined && (types.length === 0 || types.some((each) => isOfType(value, each))),
  )
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

/** Returns the first type that is not null. Without `type`, the keywords imply it: an object by default. */
function typeOf({ type, properties, items, enum: allowed, ...rest }: Schema): string {
  const types = [type ?? []].flat()
  const named = types.find((each) => each !== 'null') ?? types[0]
  if (named) return named
  if (properties || rest.additionalProperties) return 'object'
  if (items) return 'array'
  if (rest.pattern || rest.format || rest.minLength !== undefined || rest.maxLength !== undefined)
    return 'string'
  return rest.minimum !== undefined || rest.maximum !== undefined ? 'number' : 'object'
}

/** Combines a schema with `$ref`, all of `allOf`, and the first branch of `oneOf` and `anyOf`. */
function merge(document: object, schema: Schema, seen: Schema[] = []): Schema {
  if (seen.includes(schema)) return {}
  const { allOf = [], oneOf, anyOf, $ref, ...own } = schema
  const branches = [oneOf, anyOf].flatMap(
    (options) => options?.find((option) => !isNull(option)) ?? options?.[0] ?? [],
  )
  const parts = [
    ...discriminated(schema, branches[0]),
    ...($ref === undefined ? [] : [resolveRef<Schema>(document, { $ref })]),
    ...allOf,
    ...branches,
  ]
  return parts.map((part) => merge(document, part, [...seen, schema])).reduceRight(combine, own)
}

/** Returns the value of the discriminator that the contract maps to a branch. */
function discriminated({ discriminator }: Schema, branch: Schema | undefined): Schema[] {
  if (!discriminator || !branch || !isRef(branch)) return []
  const [value] =
    Object.entries(discriminator.mapping ?? {}).find(
      ([, target]) => target === branch.$ref || target === refName(branch),
    ) ?? []
  return value === undefined ? [] : [{ properties: { [discriminator.propertyName]: { const: value } } }]
}

function combine(schema: Schema, part: Schema): Schema {
  const properties = { ...part.properties }
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    properties[name] = properties[name] ? { ...properties[name], ...property } : property
  const required = [...new Set([...(part.required ?? []), ...(schema.required ?? [])])]
  return {
    ...part,
    ...schema,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}

const isNull = (schema: Schema) => schema.type === 'null'

const target = (document: object, schema: Schema): Schema =>
  isRef(schema) ? resolveRef<Schema>(document, schema) : schema

function sampleObject(context: Context, { properties = {}, required = [], ...schema }: Schema): object {
  const { document, ancestors, excluded } = context
  const entries = Object.entries(properties).flatMap(([name, property]) => {
    if (merge(document, property)[excluded] === true) return []
    const isRequired = required.includes(name)
    if (isRecursive(context, property) && (!isRequired || ancestors.length > 2 * maxDepth)) return []
    if (ancestors.length > maxDepth && !isRequired) return []
    return [[name, sample(context, property)] as const]
  })
  const values = Object.fromEntries(entries)
  const { additionalProperties: others } = schema
  for (const name of required)
    if (!(name in properties)) values[name] = isSchema(others) ? sample(context, others) : ''
  for (let index = 1; Object.keys(values).length < (schema.minProperties ?? 0); index++)
    values[`property${index}`] = isSchema(others) ? sample(context, others) : ''
  return values
}

function sampleList(context: Context, { items = {}, minItems = 0, uniqueItems }: Schema): unknown[] {
  const isEnd = isRecursive(context, items) || context.ancestors.length > maxDepth
  const length = Math.max(minItems, isEnd ? 0 : 1)
  const values = Array.from({ length }, () => sample(context, items))
  if (!uniqueItems || length < 2) return values
  return values.map((value, index) => {
    if (typeof value === 'string') return items.enum?.[index] ?? `${value}${index || ''}`
    return typeof value === 'number' ? value + index : value
  })
}

function isRecursive({ document, ancestors }: Context, schema: Schema): boolean {
  return ancestors.includes(target(document, schema))
}

const isSchema = (value: boolean | Schema | undefined): value is Schema => typeof value === 'object'

function sampleText(schema: Schema): string {
  const { format = '', pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema
  const text = formats.get(format) ?? 'string'
  const usual = text.length > maxLength ? text.slice(0, maxLength) : text.padEnd(minLength, text || 'x')
  const matcher = pattern === undefined ? undefined : readPattern(pattern)
  const fits = (each: string) =>
    each.length >= minLength && each.length <= maxLength && matcher?.test(each) !== false
  return [usual, ...commonTexts].find(fits) ?? usual
}

/** Texts for the patterns that contracts often have, such as those of durations, codes and versions. */
const commonTexts = [
  ...['1h', '1', '123456', 'a', 'A', 'abc', 'ABC', 'AB', 'a1', 'abc123', 'a-b', 'a_b', '/a', 'Aa1!aaaa'],
  ...['2026-01-31', '1.0.0', '+12025550123', '#aabbcc', 'user@example.com', 'example.com'],
  ...['https://example.com/', '3fa85f64-5717-4562-b3fc-2c963f66afa6', 'a'.repeat(32), '0'.repeat(32)],
]

/** The examples of RFC 3339, RFC 2606, RFC 5737, RFC 3849 and RFC 9562. */
const formats = new Map(
  Object.entries({
    'date-time': '2026-01-31T12:00:00Z',
    date: '2026-01-31',
    time: '12:00:00Z',
    duration: 'PT1H',
    email: 'user@example.com',
    'idn-email': 'user@example.com',
    hostname: 'example.com',
    'idn-hostname': 'example.com',
    ipv4: '192.0.2.1',
    ipv6: '2001:db8::1',
    uri: 'https://example.com/',
    url: 'https://example.com/',
    'uri-reference': '/path',
    iri: 'https://example.com/',
    'iri-reference': '/path',
    'uri-template': '/path/{id}',
    uuid: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
    'json-pointer': '/path',
    'relative-json-pointer': '0',
    regex: '^[a-z]+$',
    byte: 'c3RyaW5n',
  }),
)

function sampleNumber({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
  multipleOf,
  type,
}: Schema): number {
  const step = multipleOf ?? (type === 'number' ? 0.5 : 1)
  const low = Math.max(
    minimum ?? Number.NEGATIVE_INFINITY,
    (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) + step,
  )
  const high = Math.min(
    maximum ?? Number.POSITIVE_INFINITY,
    (exclusiveMaximum ?? Number.POSITIVE_INFINITY) - step,
  )
  const near = low > 0 ? low : high < 0 ? high : 0
  if (multipleOf === undefined) return near
  return (near < 0 ? Math.floor(near / multipleOf) : Math.ceil(near / multipleOf)) * multipleOf
}
