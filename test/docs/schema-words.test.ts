import { describe, expect, it } from 'vitest'
import { describeSchema } from '../../src/docs/schema-words.ts'
import type { Schema } from '../../src/openapi/document.ts'

describe('describeSchema', () => {
  const cases: [schema: Schema, words: string][] = [
    [{ type: 'string' }, 'string'],
    [{ type: 'string', format: 'email', maxLength: 254 }, 'string (email), at most 254 characters'],
    [{ type: 'string', minLength: 1, maxLength: 1 }, 'string, exactly 1 character'],
    [{ type: 'string', minLength: 6, maxLength: 128 }, 'string, 6 to 128 characters'],
    [{ type: 'string', pattern: '^a$' }, 'string, pattern `^a$`'],
    [{ type: ['string', 'null'] }, 'string or null'],
    [{ type: 'integer', minimum: 1 }, 'integer, at least 1'],
    [{ enum: ['a', 2, null] }, 'one of `a`, `2`, `null`'],
    [{ enum: [...'abcdefghijklmn'] }, 'one of 14 values, such as `a`, `b`, `c`'],
    [{ const: 'Bearer', type: 'string' }, 'always `Bearer`'],
    [{ type: 'boolean', default: false }, 'boolean, default `false`'],
    [
      { type: 'array', items: { type: 'string' }, maxItems: 3, uniqueItems: true },
      'array of string, at most 3 items, without duplicates',
    ],
    [
      { type: 'object', minProperties: 1, additionalProperties: false },
      'object, at least 1 field, no other fields',
    ],
    [
      { type: 'string', deprecated: true, description: 'The old\nname.' },
      'deprecated, string. The old name.',
    ],
    [{}, 'any value'],
  ]
  it.each(cases)('describes the schema %j in words', (schema, words) => {
    expect(describeSchema({}, schema)).toBe(`- ${words}`)
  })

  it('lists fields of objects, of items, and of all parts of a composition', () => {
    const document = {
      components: {
        schemas: {
          Name: { type: 'object', required: ['first'], properties: { first: { type: 'string' } } },
          User: {
            allOf: [
              { $ref: '#/components/schemas/Name' },
              { type: 'object', properties: { age: { type: 'integer' } } },
            ],
          },
        },
      },
    }
    expect(describeSchema(document, { type: 'array', items: { $ref: '#/components/schemas/User' } })).toBe(
      '- array of object\n  - `first` (required): string\n  - `age` (optional): integer',
    )
  })

  it('lists alternatives with their titles', () => {
    const schema: Schema = {
      oneOf: [
        { title: 'By code', type: 'object', required: ['code'], properties: { code: { type: 'string' } } },
        { type: 'null' },
      ],
    }
    expect(describeSchema({}, schema)).toBe(
      '- exactly one of these\n  - By code: object\n    - `code` (required): string\n  - null',
    )
  })

  it('prefers keywords next to a reference, and ends at a recursive reference', () => {
    const document = {
      components: {
        schemas: {
          Tree: {
            type: 'object',
            description: 'A tree.',
            properties: { left: { $ref: '#/components/schemas/Tree', description: 'The left one.' } },
          },
        },
      },
    }
    const schema: Schema = { $ref: '#/components/schemas/Tree', description: 'The root.' }
    expect(describeSchema(document, schema)).toBe('- object. The root.\n  - `left` (optional): as above')
  })
})
