import { expect, it } from 'vitest'
import { schemaProblems } from '../../src/contract-files/schema-problems.ts'
import { createSchemaValidator } from '../../src/mock/schema-validator.ts'

const documentOf = (schema: object) => ({
  openapi: '3.1.0',
  info: { title: 'T', version: '1' },
  components: { schemas: { Thing: { type: 'object', properties: { a: schema } } } },
})

/** Returns whether the validator of the mock can use a schema. */
function isUsable(schema: object): boolean {
  try {
    createSchemaValidator(documentOf(schema), { side: 'request', coerce: false })(
      '/components/schemas/Thing',
      { a: 'x' },
    )
    return true
  } catch {
    return false
  }
}

it.each<[schema: object, keyword: string, message: string]>([
  [{ type: 'int' }, 'type', '"int" is not a type of JSON Schema. There are string, number, '],
  [{ type: ['string', 'date'] }, 'type', '"date" is not a type of JSON Schema.'],
  [{ type: 'string', pattern: '(' }, 'pattern', 'The pattern ( is not a regular expression of JavaScript.'],
  [{ patternProperties: { '(': {} } }, 'patternProperties/(', 'The pattern ( is not a regular expression'],
  [{ items: [{ type: 'string' }] }, 'items', 'items must be an object or a boolean.'],
  [{ required: true }, 'required', 'required must be an array.'],
  [{ minLength: '1' }, 'minLength', 'minLength must be a number.'],
  [{ enum: [] }, 'enum', 'enum is empty, so that no value is valid.'],
  [{ allOf: { type: 'string' } }, 'allOf', 'allOf must be an array.'],
])('finds the schema %j, which the mock cannot use', (schema, keyword, message) => {
  expect(schemaProblems(documentOf(schema))).toEqual([
    {
      message: expect.stringContaining(message),
      pointer: `/components/schemas/Thing/properties/a/${keyword}`,
    },
  ])
  expect(isUsable(schema)).toBe(false)
})

it.each<[schema: object]>([
  [{ type: ['string', 'null'], pattern: '^[\\w-.]+$', example: { type: 'int' }, minLength: 1 }],
  [{ enum: [{ type: 'int' }], const: { items: [] }, default: { pattern: '(' } }],
  [{ properties: { type: { type: 'string' }, pattern: {}, enum: {}, items: {} } }],
  [{ format: 'int', 'x-go-type': 'int', xml: { name: 'a' }, discriminator: { propertyName: 'type' } }],
])('finds nothing in %j, which the mock can use', (schema) => {
  expect(schemaProblems(documentOf(schema))).toEqual([])
  expect(isUsable(schema)).toBe(true)
})
