import type { Schema } from '../openapi/document.ts'
import { isRef } from '../openapi/resolve-ref.ts'

/**
 * Rewrites a schema so that the zod generator keeps its meaning:
 * - merges an object into its `anyOf` branches if they only extend it (`required: [code]`);
 * - allows any properties in an object without keywords;
 * - drops the default of a required property, because it would make the property optional;
 * - drops number formats, because `int64` would turn a JSON number into a bigint;
 * - converts keywords that the generator ignores to extensions for the zod resolvers.
 * @param rename returns the new target of a `$ref`
 */
export function normalizeSchema(schema: Schema, rename: (ref: Schema) => string): Schema {
  if (isRef(schema)) return { $ref: rename(schema) }
  const inner = mapSubschemas(schema, (subschema) => normalizeSchema(subschema, rename))
  return mergeIntoBranches(toExtensions(allowAnyProperties(inner)))
}

/** Applies a function to the direct subschemas. */
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

function allowAnyProperties(schema: Schema): Schema {
  const { type, properties, additionalProperties, allOf, anyOf, oneOf } = schema
  const isBare = !(properties || allOf || anyOf || oneOf) && additionalProperties === undefined
  return isBare && [type].flat().includes('object') ? { ...schema, additionalProperties: true } : schema
}

/** The extensions that pass keywords to the zod resolvers. */
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
  const needsBranches = Array.isArray(schema.type) && Object.keys(extensions).length > 0
  if (!needsBranches) return { ...rest, ...extensions }
  // The generator drops extensions of schemas with several types.
  const { default: defaultValue, ...branch } = rest
  const branches = types.map((type) => (type === 'null' ? { type } : { ...branch, ...extensions, type }))
  return { anyOf: branches as Schema[], ...(defaultValue !== undefined && { default: defaultValue }) }
}

function mergeIntoBranches(schema: Schema): Schema {
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
