import type { Schema } from '../openapi/document.ts'
import { isRef, resolveRef } from '../openapi/resolve-ref.ts'

/** Nested deeper, references are left out. */
const maxDepth = 6

/** Keywords whose values are data. */
const data = new Set(['const', 'default', 'enum', 'example', 'examples'])

/**
 * Returns a schema without references, because Prism's generator follows them only a few levels deep. A
 * reference to a schema that contains it is left out.
 */
export function inlineReferences(document: object, schema: Schema): Schema {
  return inline(document, schema, []) ?? {}
}

function inline(document: object, schema: Schema, ancestors: Schema[]): Schema | undefined {
  if (typeof schema !== 'object' || schema === null) return schema
  if (!isRef(schema)) return inlineChildren(document, schema, ancestors)
  const target = resolveRef<Schema>(document, { $ref: schema.$ref })
  if (ancestors.includes(target) || ancestors.length >= maxDepth) return undefined
  const { $ref: _, ...siblings } = schema
  const inlined = inlineChildren(document, target, [...ancestors, target])
  return Object.keys(siblings).length === 0 || typeof target !== 'object'
    ? inlined
    : { allOf: [inlined, inlineChildren(document, siblings, ancestors)] }
}

function inlineChildren(document: object, schema: Schema, ancestors: Schema[]): Schema {
  const child = (node: Schema) => inline(document, node, ancestors)
  const entries = Object.entries(schema).flatMap(([key, value]) => {
    if (data.has(key) || typeof value !== 'object' || value === null) return [[key, value]]
    if (key === 'properties' || key === 'patternProperties') {
      const properties = Object.entries(value).map(([name, property]) => [name, child(property as Schema)])
      return [[key, Object.fromEntries(properties.filter(([, property]) => property !== undefined))]]
    }
    if (key === 'allOf' || key === 'anyOf' || key === 'oneOf')
      return [[key, value.map(child).filter((part: Schema | undefined) => part !== undefined)]]
    if (key === 'additionalProperties') return [[key, child(value) ?? false]]
    // Prism's generator demands `items`, even of a list without any.
    if (key === 'items') {
      const items = child(value)
      return Object.entries(items === undefined ? { items: {}, maxItems: 0 } : { items })
    }
    return [[key, value]]
  })
  const inlined: Schema = Object.fromEntries(entries)
  const { required, properties } = inlined
  if (!required || !properties) return inlined
  return {
    ...inlined,
    required: required.filter((name) => name in properties || !(name in (schema.properties ?? {}))),
  }
}
