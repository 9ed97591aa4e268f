import type { Schema } from './document.ts'
import { isRef, resolveRef } from './resolve-ref.ts'

/**
 * Merges a schema with what it refers to and with all parts of `allOf`; the strictest bound counts. Keywords
 * that several parts have and that cannot be merged, such as `oneOf`, stay in `allOf`.
 */
export function mergeSchemas(document: object, schema: Schema): Schema {
  return merge(document, schema, new Map())
}

/** @param merged the results so far, because a schema can be part of many others */
function merge(document: object, schema: Schema, merged: Map<Schema, Schema>): Schema {
  if (!isRef(schema) && !schema.allOf) return schema
  const known = merged.get(schema)
  if (known) return known
  // A schema that contains itself adds nothing.
  merged.set(schema, {})
  const { $ref, allOf = [], ...own } = schema
  const target = $ref === undefined ? [] : [resolveRef<Schema>(document, { $ref })]
  const parts = new Set([...target, ...allOf].map((part) => merge(document, part, merged)))
  const [first = {}, ...others] = Object.keys(own).length > 0 ? [own, ...parts] : parts
  const result = others.reduce(intersect, first)
  merged.set(schema, result)
  return result
}

/** The annotations of the first schema win. */
function intersect(a: Schema, b: Schema): Schema {
  const rest = conflictsOf(a, b)
  return {
    ...b,
    ...a,
    ...(a.type !== undefined && b.type !== undefined && { type: commonTypes(a.type, b.type) }),
    ...(a.enum && b.enum && { enum: a.enum.filter((value) => b.enum?.includes(value)) }),
    ...(a.required && b.required && { required: [...new Set([...a.required, ...b.required])] }),
    ...merged('properties', a, b),
    ...merged('patternProperties', a, b),
    ...(a.items && b.items && { items: { allOf: [a.items, b.items] } }),
    ...additional(a.additionalProperties, b.additionalProperties),
    ...Object.fromEntries(lowerBounds.flatMap((key) => bound(key, Math.max, a, b))),
    ...Object.fromEntries(upperBounds.flatMap((key) => bound(key, Math.min, a, b))),
    ...(rest.length > 0 && { allOf: rest }),
  }
}

const lowerBounds = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'] as const
const upperBounds = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'] as const

function bound(
  key: (typeof lowerBounds)[number] | (typeof upperBounds)[number],
  choose: (...values: number[]) => number,
  a: Schema,
  b: Schema,
): [string, number][] {
  const [first, second] = [a[key], b[key]]
  return first !== undefined && second !== undefined ? [[key, choose(first, second)]] : []
}

/** Keywords that a schema can only have once. Those of a group belong together. */
const single = [
  ['oneOf', 'discriminator'],
  ['anyOf'],
  ['not'],
  ['if', 'then', 'else'],
  ['pattern'],
  ['multipleOf'],
  ['contains', 'minContains'],
  ['propertyNames'],
] as const

function conflictsOf(a: Schema, b: Schema): Schema[] {
  const conflicts = single
    .filter(([key]) => a[key] !== undefined && b[key] !== undefined && a[key] !== b[key])
    .map((group) => Object.fromEntries(group.map((key) => [key, b[key]])) as Schema)
  return [...new Set([...(a.allOf ?? []), ...(b.allOf ?? []), ...conflicts])]
}

function merged(key: 'properties' | 'patternProperties', a: Schema, b: Schema): Partial<Schema> {
  const [first, second] = [a[key], b[key]]
  if (!first || !second) return {}
  const properties = { ...first }
  for (const [name, property] of Object.entries(second)) {
    const own = Object.hasOwn(first, name) ? first[name] : undefined
    properties[name] = own && own !== property ? { allOf: [own, property] } : property
  }
  return { [key]: properties }
}

function additional(a: Schema['additionalProperties'], b: Schema['additionalProperties']): Partial<Schema> {
  if (a === false || b === false) return { additionalProperties: false }
  return typeof a === 'object' && typeof b === 'object' ? { additionalProperties: { allOf: [a, b] } } : {}
}

function commonTypes(a: string | string[], b: string | string[]): string | string[] {
  const common = [a]
    .flat()
    .filter((type) => [b].flat().includes(type) || (type === 'integer' && [b].flat().includes('number')))
  return common.length === 1 ? (common[0] as string) : common
}
