import type { Document } from '../openapi/document.ts'
import { walk } from './walk.ts'

type SchemaObject = Record<string, unknown>

/**
 * Rewrites the schemas of a document in place to those of OpenAPI 3.1: `nullable`, `example`, and boolean
 * `exclusiveMinimum` and `exclusiveMaximum`. A 3.2 document is treated as 3.1.
 *
 * Documents of 3.1 get the same treatment, because generators often write `nullable` and `example` there,
 * too. The formats `binary` and `byte` stay: 3.1 leaves formats open.
 */
export function upgrade(document: Document): void {
  walk(document, (node, place) => {
    if (!schemaPlaces.has(place)) return
    if ('nullable' in node) allowNull(node)
    if ('example' in node) useExamples(node)
    useNumber(node, 'exclusiveMinimum', 'minimum')
    useNumber(node, 'exclusiveMaximum', 'maximum')
  })
  document.openapi = '3.1.0'
}

/** The keywords whose values are schemas, or contain schemas. */
export const schemaPlaces: ReadonlySet<string> = new Set([
  ...['schema', 'schemas', 'properties', 'patternProperties', 'additionalProperties', 'propertyNames'],
  ...['items', 'prefixItems', 'contains', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
  ...['$defs', 'definitions', 'dependentSchemas', 'unevaluatedProperties', 'unevaluatedItems'],
])

/** Null would have to satisfy these as well. */
const compositions = ['$ref', 'allOf', 'anyOf', 'oneOf']

/** Keywords that describe a schema, and do not constrain values. */
const isAnnotation = (key: string) =>
  /^(?:title|description|deprecated|readOnly|writeOnly|default|examples?|externalDocs|x-.*)$/.test(key)

/**
 * Adds null to the values of a schema. OpenAPI 3.0.3, §4.7.24, demands a `type` next to `nullable`, but
 * authors expect an effect on references and compositions as well.
 */
function allowNull(schema: SchemaObject): void {
  const { nullable } = schema
  delete schema.nullable
  if (nullable !== true) return
  if (compositions.some((key) => key in schema)) {
    const constraints = Object.entries(schema).filter(([key]) => !isAnnotation(key))
    for (const [key] of constraints) delete schema[key]
    schema.anyOf = [Object.fromEntries(constraints), { type: 'null' }]
    return
  }
  if (schema.type !== undefined) schema.type = [...new Set([schema.type, 'null'].flat())]
  // An enumeration is closed, so that null must be one of its values.
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null]
}

function useExamples(schema: SchemaObject): void {
  schema.examples ??= [schema.example]
  delete schema.example
}

function useNumber(schema: SchemaObject, exclusive: string, inclusive: string): void {
  if (typeof schema[exclusive] !== 'boolean') return
  if (schema[exclusive] && typeof schema[inclusive] === 'number') {
    schema[exclusive] = schema[inclusive]
    delete schema[inclusive]
  } else delete schema[exclusive]
}
