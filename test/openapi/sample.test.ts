import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { Schema } from '../../src/openapi/document.ts'
import { sampleValue } from '../../src/openapi/sample.ts'

const text = { type: 'string' }
const letters = { type: 'string', pattern: '^[a-z]+$' }

function expectValid(schema: Schema, value: unknown, components: object = {}): void {
  const ajv = new Ajv2020({ strict: false, discriminator: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'contract', components, schema })
  const validate = ajv.compile({ $ref: 'contract#/schema' })
  expect(validate(value), JSON.stringify({ value, errors: validate.errors })).toBe(true)
}

describe('a sample of a text', () => {
  it.each([
    ['^[0-9]+(ns|us|ms|s|m|h)$', '1h'],
    ['^\\d{6}$', '123456'],
    ['^#[0-9a-f]{6}$', '#aabbcc'],
    ['^https://', 'https://example.com/'],
    ['^\\w+/\\w+$', 'a/a'],
    ['^(user|org)_\\w{27}$', `user_${'a'.repeat(27)}`],
    ['^oauth_(?:(?:token_)|(?:custom_))?[a-z0-9_]+$', 'oauth_a'],
    ['^web3_\\w+_signature$', 'web3_a_signature'],
  ])('is the most readable one for %s', (pattern, value) => {
    expect(sampleValue({}, { type: 'string', pattern }, { side: 'request' })).toBe(value)
  })

  it.each([
    ['(?:a|b)\\1?c\\d'],
    ['^(?<quote>["\'])x\\k<quote>$'],
    ['^(?=.*[A-Z])(?=.*\\d)(?=.*[!?])[\\x21-\\x7e]{9,12}$'],
    ['^(?!a)[a-c]{2}z$'],
    ['^[^\\x00-\\x7f]$'],
    ['^\\p{Lu}\\p{Ll}{3}$'],
    ['^[\\w.+-]+@acme\\.test$'],
    ['^\\d{4}\\s\\S\\D$'],
    ['x{3}$'],
    ['^\\-[a-z]$'],
  ])('matches the pattern %s', (pattern) => {
    const value = sampleValue({}, { type: 'string', pattern }, { side: 'request' })
    expect(value).toMatch(new RegExp(pattern, /\\p/.test(pattern) ? 'u' : ''))
  })

  it.each<[Schema]>([
    [{ ...letters, minLength: 20, maxLength: 24 }],
    [{ pattern: '^id-(?:[a-f]{2}-)*[0-9]{1,4}$', minLength: 12 }],
    [{ pattern: '^(?:[a-z]{10}|[a-z])$', maxLength: 5 }],
    [{ type: 'string', format: 'email', minLength: 40 }],
    [{ type: 'string', format: 'email', maxLength: 8 }],
    [{ type: 'string', format: 'uri', pattern: '^https://' }],
    [{ ...text, not: { const: 'string' } }],
    [{ ...text, not: { pattern: '^[a-z]' } }],
    [{ allOf: [letters, { pattern: '^.{3}$' }, { pattern: 'c$' }] }],
  ])('satisfies %j', (schema) => {
    expectValid(schema, sampleValue({}, schema, { side: 'request' }))
  })

  it('keeps the length over a pattern that no text of the length can match', () => {
    const schema = { type: 'string', pattern: '^org_\\w{27}$', maxLength: 3 }
    expect(sampleValue({}, schema, { side: 'request' })).toBe('str')
  })

  it('gives up a pattern for which matching could take years', () => {
    const start = performance.now()
    const long = { type: 'string', minLength: 32, pattern: '^(?=\\w)(\\w+)+[.](?!.)(?=x)$' }
    expect(sampleValue({}, long, { side: 'request' })).toMatch(/^(?:string)+/)
    const names = ['b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${'a'.repeat(60)}${name}`)
    const object = {
      type: 'object',
      required: names,
      patternProperties: { '^(?=a)(a+)+$': { type: 'null' } },
    }
    expect(sampleValue({}, object, { side: 'request' })).toEqual(
      Object.fromEntries(names.map((name) => [name, {}])),
    )
    expect(performance.now() - start).toBeLessThan(6000)
  })

  it('ignores a pattern of another language', () => {
    expect(sampleValue({}, { type: 'string', pattern: '(?i)^a' }, { side: 'request' })).toBe('string')
  })
})

it.each<[Schema, number]>([
  [{ type: 'integer' }, 1],
  [{ type: 'integer', maximum: -3 }, -3],
  [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.3 }, 0.15],
  [{ type: 'integer', multipleOf: 7, minimum: 10 }, 14],
  [{ type: 'integer', multipleOf: 5, exclusiveMaximum: 5 }, 0],
  [{ type: 'integer', multipleOf: 5, maximum: -3 }, -5],
  [{ type: 'number', multipleOf: 0.5, minimum: 1.2 }, 1.5],
  [{ type: 'integer', multipleOf: 1.5 }, 3],
])('a sample of a number is within the bounds of %j', (schema, value) => {
  expect(sampleValue({}, schema, { side: 'request' })).toBe(value)
})

const node = { $ref: '#/components/schemas/Node' }
const recursion: Schema = {
  oneOf: [
    { type: 'object', required: ['not'], properties: { not: node } },
    { type: 'object', required: ['name'], properties: { name: text } },
  ],
}

describe('a sample of a list or object', () => {
  it.each<[string, Schema]>([
    ['uniqueItems with texts', { type: 'array', minItems: 3, uniqueItems: true, items: text }],
    ['uniqueItems with a pattern', { type: 'array', minItems: 4, uniqueItems: true, items: letters }],
    ['uniqueItems with an enum', { minItems: 2, uniqueItems: true, items: { enum: ['a', 'b'] } }],
    ['uniqueItems with flags', { minItems: 2, uniqueItems: true, items: { type: 'boolean' } }],
    [
      'uniqueItems with objects',
      {
        type: 'array',
        minItems: 3,
        uniqueItems: true,
        items: { type: 'object', properties: { kind: { const: 'x' }, size: { type: 'integer' } } },
      },
    ],
    [
      'uniqueItems with a union',
      { type: 'array', minItems: 2, uniqueItems: true, items: { oneOf: [{ const: 1 }, { const: 2 }] } },
    ],
    ['prefixItems', { type: 'array', prefixItems: [text, { type: 'integer' }], items: { not: {} } }],
    [
      'contains',
      { type: 'array', items: { type: 'integer' }, contains: { minimum: 7 }, minContains: 2, minItems: 3 },
    ],
    ['maxItems', { type: 'array', items: text, maxItems: 0 }],
    ['minProperties', { type: 'object', minProperties: 2, additionalProperties: { type: 'integer' } }],
    ['propertyNames', { type: 'object', minProperties: 2, propertyNames: { pattern: '^x-[a-z]$' } }],
    [
      'patternProperties',
      {
        type: 'object',
        minProperties: 2,
        additionalProperties: false,
        patternProperties: { '^n\\d$': { type: 'integer' } },
      },
    ],
    ['maxProperties', { type: 'object', properties: { a: text, b: text, c: text }, maxProperties: 2 }],
    [
      'dependentRequired',
      {
        type: 'object',
        required: ['card'],
        properties: { card: text, address: text },
        dependentRequired: { card: ['address'] },
      },
    ],
    ['not with required', { type: 'object', properties: { a: text, b: text }, not: { required: ['a'] } }],
    [
      'branches that other branches match',
      {
        type: 'object',
        properties: { a: text, b: text },
        oneOf: [{ required: ['a'] }, { required: ['b'] }],
      },
    ],
    [
      'a first branch within another one',
      { oneOf: [{ type: 'integer' }, { type: 'number' }, { type: 'string' }] },
    ],
    [
      'several unions',
      {
        allOf: [
          { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
          { oneOf: [{ required: ['c'] }, { required: ['d'] }] },
        ],
        type: 'object',
        properties: { a: text, b: text, c: text, d: text },
      },
    ],
    [
      'if and then',
      {
        type: 'object',
        required: ['kind'],
        properties: { kind: { enum: ['a', 'b'] } },
        if: { properties: { kind: { const: 'a' } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ['size'], properties: { size: { type: 'integer' } } },
      },
    ],
    ['a forbidden property', { type: 'object', properties: { a: text, b: { not: {} } } }],
    ['recursion', { $ref: '#/components/schemas/Node' }],
    [
      'an invalid example',
      { type: 'object', required: ['id'], properties: { id: letters }, examples: [{ id: '1' }, {}] },
    ],
    ['an invalid default', { type: 'integer', default: 0, minimum: 5 }],
  ])('satisfies %s', (_, schema) => {
    const document = { components: { schemas: { Node: recursion } } }
    for (const size of ['full', 'short', 'required'] as const)
      expectValid(schema, sampleValue(document, schema, { side: 'request', size }), document.components)
  })

  it('has all properties, the first two, or the required ones', () => {
    const properties = { a: text, b: text, c: text }
    const namesOf = (schema: Schema, size: 'full' | 'short' | 'required') =>
      Object.keys(sampleValue({}, schema, { side: 'request', size }) as object).join('')
    const sizes = ['full', 'short', 'required'] as const
    expect(sizes.map((size) => namesOf({ properties }, size))).toEqual(['abc', 'ab', ''])
    expect(sizes.map((size) => namesOf({ properties, required: ['b'] }, size))).toEqual(['abc', 'b', 'b'])
  })

  it('leaves out the properties of the other side, also required ones that a part declares', () => {
    const schema: Schema = {
      allOf: [{ properties: { id: { allOf: [letters, { readOnly: true }] }, secret: { writeOnly: true } } }],
      required: ['id', 'secret'],
    }
    expect(sampleValue({}, schema, { side: 'request' })).toEqual({ secret: {} })
    expect(sampleValue({}, schema, { side: 'response' })).toEqual({ id: 'string' })
  })

  it('names the branch of a discriminator by its mapping, or else by its schema', () => {
    const schemas = { Card: { type: 'object', properties: { kind: text, bank: text } } }
    const oneOf = [{ $ref: '#/components/schemas/Card' }]
    const kindOf = (discriminator: Schema['discriminator']) =>
      sampleValue(
        { components: { schemas } },
        { oneOf, ...(discriminator && { discriminator }) },
        { side: 'request' },
      )
    expect(kindOf({ propertyName: 'kind' })).toMatchObject({ kind: 'Card' })
    expect(kindOf({ propertyName: 'kind', mapping: { card: 'Card' } })).toMatchObject({ kind: 'card' })
    expect(kindOf(undefined)).toMatchObject({ kind: 'string' })
  })

  it('ends the search for a value that no schema allows', () => {
    const impossible: Schema = { oneOf: [{ type: 'object', properties: { a: text } }, { type: 'object' }] }
    let schema: Schema = impossible
    for (let depth = 0; depth < 20; depth++)
      schema = { type: 'object', required: ['a'], properties: { a: { anyOf: [schema, schema, impossible] } } }
    expect(sampleValue({}, schema, { side: 'request' })).toHaveProperty('a')
  })
})

it('takes a value without the example that a validator rejects', () => {
  const schema = { type: 'string', format: 'date', examples: ['today'] }
  const isValid = (value: unknown) => value !== 'today'
  expect(sampleValue({}, schema, { side: 'request' })).toBe('today')
  expect(sampleValue({}, schema, { side: 'request', isValid })).toBe('2026-01-31')
})

it('builds a value for a schema that repeats itself in allOf on many levels', () => {
  const levels = Array.from({ length: 30 }, (_, index): [string, Schema] => {
    const next = { $ref: `#/components/schemas/L${index + 1}` }
    return [`L${index}`, { allOf: [next, { ...next }] }]
  })
  const last: Schema = { type: 'object', properties: { a: { const: 1 } } }
  const document = { components: { schemas: { ...Object.fromEntries(levels), L30: last } } }
  const schema = { $ref: '#/components/schemas/L0' }
  expect(sampleValue(document, schema, { side: 'request' })).toEqual({ a: 1 })
})
