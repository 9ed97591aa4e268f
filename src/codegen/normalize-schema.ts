import type { Schema } from '../openapi/document.ts'
import { isRef } from '../openapi/resolve-ref.ts'

/**
 * Rewrites a schema so that the zod generator keeps its meaning:
 * - `anyOf` branches that only extend the object around them (`required: [code]`) become whole objects;
 * - an object without keywords allows any members;
 * - the default of a required member is dropped, because it would make the member optional;
 * - number formats are dropped, because `int64` would turn a JSON number into a bigint;
 * - keywords that the generator ignores become extensions for the zod resolvers.
 * @param rename returns the new target of a `$ref`
 */
export function normalizeSchema(schema: Schema, rename: (ref: Schema) => string): Schema {
  if (isRef(schema)) return { $ref: rename(schema) }
  const inner = mapSubschemas(schema, (subschema) => normalizeSchema(subschema, rename))
  return mergeBranches(toExtensions(allowAnyMembers(inner)))
}

/** Applies `change` to the direct subschemas. */
function mapSubschemas(schema: Schema, change: (schema: Schema) => Schema): Schema {
  const result = { ...schema }
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    if (schema[key]) result[key] = schema[key].map(change)
  }
  for (const key of ['items', 'additionalProperties'] as const) {
    if (typeof schema[key] === 'object') result[key] = change(schema[key])
  }
  if (schema.properties) {
    const properties = Object.entries(schema.properties).map(([name, property]) => {
      const { default: _, ...required } = property
      return [name, change(schema.required?.includes(name) ? required : property)]
    })
    result.properties = Object.fromEntries(properties)
  }
  return result
}

function allowAnyMembers(schema: Schema): Schema {
  const { type, properties, additionalProperties, allOf, anyOf, oneOf } = schema
  const isBare = !(properties || allOf || anyOf || oneOf) && additionalProperties === undefined
  return isBare && [type].flat().includes('object') ? { ...schema, additionalProperties: true } : schema
}

/** The extensions that carry keywords to the zod resolvers. */
export interface Extensions {
  'x-unique-items'?: true
  'x-min-properties'?: number
  'x-max-properties'?: number
  'x-one-of'?: true
}

function toExtensions(schema: Schema): Schema {
  const { uniqueItems, minProperties, maxProperties, ...rest } = schema
  const types = [schema.type].flat()
  if (types.includes('integer') || types.includes('number')) delete rest.format
  const extensions: Extensions = {
    ...(uniqueItems && { 'x-unique-items': true }),
    ...(minProperties !== undefined && { 'x-min-properties': minProperties }),
    ...(maxProperties !== undefined && { 'x-max-properties': maxProperties }),
    ...(schema.oneOf && { 'x-one-of': true }),
  }
  const isLost = Array.isArray(schema.type) && Object.keys(extensions).length > 0
  if (!isLost) return { ...rest, ...extensions }
  // The generator keeps extensions only on schemas with a single type.
  const { default: fallback, ...one } = rest
  const branches = types.map((type) => (type === 'null' ? { type } : { ...one, ...extensions, type }))
  return { anyOf: branches as Schema[], ...(fallback !== undefined && { default: fallback }) }
}

function mergeBranches(schema: Schema): Schema {
  const key = schema.anyOf ? 'anyOf' : 'oneOf'
  const { properties, required, [key]: branches, ...rest } = schema
  if (!branches || !properties || branches.some(isRef)) return schema
  const merged = branches.map((branch) => ({
    type: 'object',
    ...branch,
    properties: { ...properties, ...branch.properties },
    required: [...new Set([...(required ?? []), ...(branch.required ?? [])])],
  }))
  return { ...rest, [key]: merged }
}
