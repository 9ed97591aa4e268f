import { z } from '@hono/zod-openapi'
import type { Schema } from '../openapi/document.ts'
import { itemsOf, propertiesOf, typesOf } from '../openapi/schema-shape.ts'

/** Returns the JSON Schema of a request's texts, which says of which types they are. */
export const jsonSchemaOf = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Schema

/** Converts the texts in a value to the types of its schema. The schema rejects the others. */
export function convertTexts(document: Schema, schema: Schema, value: unknown): unknown {
  if (value instanceof Blob) return value
  if (Array.isArray(value)) {
    const items = itemsOf(document, schema)
    return value.map((item) => convertTexts(document, items, item))
  }
  if (typeof value === 'object' && value !== null) {
    const properties = propertiesOf(document, schema)
    const others = Object(schema.additionalProperties)
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        convertTexts(document, Object.hasOwn(properties, name) ? (properties[name] ?? {}) : others, each),
      ]),
    )
  }
  const types = typesOf(document, schema)
  if (typeof value !== 'string' || types.has('string')) return value
  const isNumber = types.has('number') || types.has('integer')
  if (isNumber && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  return types.has('boolean') && (value === 'true' || value === 'false') ? value === 'true' : value
}
