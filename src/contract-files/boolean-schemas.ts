import type { Document } from '../openapi/document.ts'
import { schemaPlaces } from './upgrade.ts'
import { walk } from './walk.ts'

/** Keywords whose value is a schema. */
const single = ['schema', 'items', 'contains', 'propertyNames', 'not', 'if', 'then', 'else']

/** Keywords whose value is a list or map of schemas. */
const several = [
  ...['schemas', 'properties', 'patternProperties', 'prefixItems', 'allOf', 'anyOf', 'oneOf'],
  ...['$defs', 'definitions', 'dependentSchemas'],
]

/**
 * Replaces the schemas `true` and `false` with objects of the same meaning, in place. Some generators write
 * them for any value. Those of `additionalProperties` and `unevaluated…` stay, because they are common.
 */
export function replaceBooleanSchemas(document: Document): void {
  walk(document, (node, place) => {
    for (const key of Object.keys(node)) {
      if (!schemaPlaces.has(place) && key !== 'schema' && key !== 'schemas') continue
      const child = node[key]
      if (single.includes(key)) node[key] = toObject(child)
      else if (several.includes(key) && typeof child === 'object' && child !== null)
        for (const [name, schema] of Object.entries(child)) Object.assign(child, { [name]: toObject(schema) })
    }
  })
}

function toObject(schema: unknown): unknown {
  if (typeof schema !== 'boolean') return schema
  return schema ? {} : { not: {} }
}
