import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnySchema } from '../../src/codegen/zod/json-schema.ts'
import { loadBoth } from './zod-schemas.ts'

const name = fc.constantFrom('a', 'b', 'c')
const primitive = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'abc', '😀'),
  fc.integer({ min: -3, max: 5 }),
  fc.constantFrom(0.5, 2.5),
  fc.boolean(),
  fc.constant(null),
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))

/** Creates schemas that can refer to `S0`, `S1` and so on. */
function schemasOf(count: number): fc.Arbitrary<AnySchema> {
  const size = fc.integer({ min: 0, max: 3 })
  const typeName = fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null')
  return fc.letrec<{ schema: AnySchema }>((tie) => {
    const schema = tie('schema')
    const list = fc.array(schema, { minLength: 1, maxLength: 3 })
    const map = fc.dictionary(name, schema, { maxKeys: 3, noNullPrototype: true })
    /** Each keyword with its values. A schema has a few of them. */
    const keywords: [string, fc.Arbitrary<unknown>][] = [
      ['type', fc.oneof(typeName, fc.uniqueArray(typeName, { minLength: 1, maxLength: 3 }))],
      ['enum', fc.array(fc.oneof(primitive, value), { minLength: 1, maxLength: 4 })],
      ['const', fc.oneof(primitive, value)],
      ['minLength', size],
      ['maxLength', size],
      ['pattern', fc.constantFrom('^a', 'b$', '^.$')],
      ['minimum', size],
      ['maximum', size],
      ['exclusiveMinimum', size],
      ['exclusiveMaximum', size],
      ['multipleOf', fc.constantFrom(2, 0.5)],
      ['items', schema],
      ['prefixItems', list],
      ['minItems', size],
      ['maxItems', size],
      ['uniqueItems', fc.boolean()],
      // Without `contains`: Ajv accepts an empty array if `prefixItems` stands next to it.
      ['properties', map],
      ['properties', map],
      ['required', fc.uniqueArray(name, { maxLength: 2 })],
      ['additionalProperties', fc.oneof(fc.boolean(), schema)],
      [
        'patternProperties',
        fc.dictionary(fc.constantFrom('^a', 'b', '.'), schema, { maxKeys: 2, noNullPrototype: true }),
      ],
      ['propertyNames', schema],
      ['minProperties', size],
      ['maxProperties', size],
      [
        'dependentRequired',
        fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), { maxKeys: 2, noNullPrototype: true }),
      ],
      ['dependentSchemas', map],
      ['allOf', list],
      ['anyOf', list],
      ['oneOf', list],
      ['not', schema],
      ['if', schema],
      ['then', schema],
      ['else', schema],
      ['default', value],
      ['$ref', fc.nat(count - 1).map((index) => `#/components/schemas/S${index}`)],
    ]
    const keyword = fc
      .constantFrom(...keywords)
      .chain(([key, values]) => values.map((each) => [key, each] as const))
    return {
      schema: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(
          typeName.map((type) => ({ type })),
          fc.boolean(),
        ),
        fc
          .array(keyword, { minLength: 1, maxLength: 4 })
          .map((pairs) => Object.fromEntries(pairs) as AnySchema),
      ),
    }
  }).schema
}

interface Case {
  schema: AnySchema
  valid: unknown[]
  invalid: unknown[]
}

const cases: Record<string, Case> = {
  Formats: {
    schema: {
      properties: {
        time: { format: 'date-time' },
        day: { format: 'date' },
        host: { format: 'hostname' },
        uri: { format: 'uri' },
        email: { format: 'email' },
        id: { format: 'uuid' },
        ip: { format: 'ipv4' },
        pointer: { format: 'json-pointer' },
        unknown: { type: 'string', format: 'phone' },
        file: { type: 'string', format: 'binary' },
        small: { type: 'integer', format: 'int32' },
        large: { type: 'number', format: 'int64' },
      },
    },
    valid: [
      { time: '2026-03-04T05:06:07Z', day: '2028-02-29', host: 'a.example', uri: 'urn:a:b', ip: '10.0.0.1' },
      { email: "o'hara@example.com", id: '00000000-0000-0000-0000-00000000000a', pointer: '/a~1b' },
      { unknown: 'no phone', file: 'text', small: 2 ** 31 - 1, large: 2 ** 40, time: 5 },
    ],
    invalid: [
      ...[{ time: '2026-03-04' }, { day: '2026-02-29' }, { host: '-a' }, { uri: '/a' }, { ip: '10.0.0.256' }],
      ...[{ email: 'a@b' }, { id: 'a' }, { pointer: 'a' }, { small: 2 ** 31 }, { large: 0.5 }],
    ],
  },
  Contains: {
    schema: { type: 'array', contains: { type: 'string' }, minContains: 2, maxContains: 3 },
    valid: [
      ['a', 1, 'b'],
      ['a', 'b', 'c'],
    ],
    invalid: [[], ['a', 1], ['a', 'b', 'c', 'd']],
  },
  Discriminated: {
    schema: {
      oneOf: [
        { type: 'object', required: ['kind'], properties: { kind: { const: 'a' }, a: { type: 'number' } } },
        { type: 'object', required: ['kind'], properties: { kind: { enum: ['b', 'c'] } } },
      ],
      discriminator: { propertyName: 'kind' },
    },
    valid: [
      { kind: 'a', a: 1 },
      { kind: 'c', a: 'text' },
    ],
    invalid: [{}, { kind: 'd' }, { kind: 'a', a: 'text' }],
  },
  Closed: {
    schema: { allOf: [{ $ref: '#/components/schemas/ClosedA' }, { required: ['a'] }] },
    valid: [{ a: 1 }],
    invalid: [{}, { a: 1, b: 2 }],
  },
  ClosedA: {
    schema: { type: 'object', properties: { a: {} }, additionalProperties: false },
    valid: [],
    invalid: [],
  },
  Tree: {
    schema: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
      },
    },
    valid: [{ name: 'a', children: [{ name: 'b', children: [] }] }],
    invalid: [{ name: 'a', children: [{ name: 'b', children: [{}] }] }],
  },
}

describe('the zod schema of a JSON Schema', async () => {
  const { validate } = await loadBoth(
    Object.fromEntries(Object.entries(cases).map(([title, { schema }]) => [title, schema])),
  )

  it.each(Object.entries(cases))(
    'accepts the same values as a validator for %s',
    (title, { valid, invalid }) => {
      for (const each of valid)
        expect(validate(title, each), JSON.stringify(each)).toEqual({ zod: true, ajv: true })
      for (const each of invalid)
        expect(validate(title, each), JSON.stringify(each)).toEqual({ zod: false, ajv: false })
    },
  )

  it('accepts the same values as a validator for any combination of keywords', async () => {
    const count = 300
    const schemas = fc.sample(schemasOf(count), { numRuns: count, seed: 7 })
    const all = Object.fromEntries(schemas.map((schema, index) => [`S${index}`, schema]))
    const random = await loadBoth(all)
    const values = fc.sample(value, { numRuns: 150, seed: 7 })
    const differences = Object.entries(all).flatMap(([title, schema]) =>
      values
        .filter((each) => {
          const { zod, ajv } = random.validate(title, each)
          return ajv !== undefined && zod !== ajv
        })
        .map((each) => ({ schema: JSON.stringify(schema), value: JSON.stringify(each) })),
    )
    expect(differences).toEqual([])
  })
})
