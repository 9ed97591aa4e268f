import type { Schema } from './document.ts'
import { isRef, resolveRef } from './resolve-ref.ts'

/** Returns a schema and the schemas that apply to the same value by `$ref`, `allOf`, `anyOf` and `oneOf`. */
function applicableSchemas(document: object, schema: Schema, seen = new Set<Schema>()): Schema[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return []
  seen.add(schema)
  const { allOf = [], anyOf = [], oneOf = [] } = schema
  const target = isRef(schema) ? [resolveRef<Schema>(document, { $ref: schema.$ref })] : []
  return [
    schema,
    ...[...target, ...allOf, ...anyOf, ...oneOf].flatMap((part) => applicableSchemas(document, part, seen)),
  ]
}

/** Returns the types that a value may have; none if the schema does not say it. */
export function typesOf(document: object, schema: Schema): Set<string> {
  return new Set(
    applicableSchemas(document, schema).flatMap(({ type, properties, items }) => [
      ...[type ?? []].flat(),
      ...(properties ? ['object'] : []),
      ...(items ? ['array'] : []),
    ]),
  )
}

/** Tells whether a value may be a single text, number or boolean. */
export const hasScalar = (types: ReadonlySet<string>): boolean =>
  ['string', 'integer', 'number', 'boolean'].some((type) => types.has(type))

/** Returns the properties of an object by name. Alternatives that share a name are combined. */
export function propertiesOf(document: object, schema: Schema): Record<string, Schema> {
  const entries = applicableSchemas(document, schema).flatMap(({ properties = {} }) =>
    Object.entries(properties),
  )
  const groups = Map.groupBy(entries, ([name]) => name)
  return Object.fromEntries(
    [...groups].map(([name, group]) => [
      name,
      group.length === 1 ? (group[0]?.[1] ?? {}) : { anyOf: group.map(([, property]) => property) },
    ]),
  )
}

/** Returns the schema of the items of a list. Alternatives are combined. */
export function itemsOf(document: object, schema: Schema): Schema {
  const found = applicableSchemas(document, schema).flatMap(({ items }) => items ?? [])
  return found.length === 1 && found[0] ? found[0] : { anyOf: found }
}
