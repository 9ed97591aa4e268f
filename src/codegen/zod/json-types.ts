import type { AnySchema, JsonSchema } from './json-schema.ts'

const jsonTypes = ['string', 'number', 'boolean', 'object', 'array', 'null'] as const
export type JsonType = (typeof jsonTypes)[number]
export type JsonTypes = ReadonlySet<JsonType>

export const allTypes: JsonTypes = new Set(jsonTypes)

/**
 * Returns the types of the values that a schema can accept. A keyword applies only to values of its type, so
 * that a schema without `type` accepts all others.
 * @param resolve returns the target of a `$ref`
 */
export function typesOf(
  schema: AnySchema,
  resolve: (schema: JsonSchema) => AnySchema,
  known = new Map<JsonSchema, JsonTypes>(),
): JsonTypes {
  if (typeof schema === 'boolean') return schema ? allTypes : new Set()
  const found = known.get(schema)
  if (found) return found
  // A schema that contains itself is restricted only by its other parts.
  known.set(schema, allTypes)
  const of = (part: AnySchema) => typesOf(part, resolve, known)
  const sets = [ownTypes(schema), ...(schema.allOf ?? []).map(of)]
  if (schema.$ref !== undefined) sets.push(of(resolve(schema)))
  for (const branches of [schema.anyOf, schema.oneOf])
    if (branches) sets.push(new Set(branches.flatMap((branch) => [...of(branch)])))
  const values = valuesOf(schema)
  if (values) sets.push(new Set(values.map(typeOfValue)))
  const types = sets.reduce(intersection)
  known.set(schema, types)
  return types
}

/** Returns the types that the keyword `type` allows. */
function ownTypes({ type }: JsonSchema): JsonTypes {
  if (type === undefined) return allTypes
  return new Set([type].flat().map((name) => (name === 'integer' ? 'number' : (name as JsonType))))
}

/** Returns the only values that a schema lists with `const` or `enum`. */
export function valuesOf(schema: JsonSchema): unknown[] | undefined {
  if (!('const' in schema)) return schema.enum
  const text = JSON.stringify(schema.const)
  return schema.enum ? schema.enum.filter((value) => JSON.stringify(value) === text) : [schema.const]
}

export function typeOfValue(value: unknown): JsonType {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : (typeof value as JsonType)
}

export const intersection = (one: JsonTypes, other: JsonTypes): JsonTypes =>
  new Set([...one].filter((type) => other.has(type)))
