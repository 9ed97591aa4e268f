import { readFile } from 'node:fs/promises'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { completeDocument } from '../../src/codegen/complete.ts'
import type { Document, Schema, SecurityScheme } from '../../src/openapi/document.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { servedNames } from '../support/served.ts'

const read = async (variant: VariantName, version: '3.1' | '3.0'): Promise<Document> =>
  JSON.parse(await readFile(contractUrl(variant, version), 'utf8'))

/** Returns the example of a property: of itself, of its reference, or of the only target of its `allOf`. */
function exampleOf(document: Document, property: Schema & { example?: unknown; enum?: unknown[] }): unknown {
  const target: typeof property = resolveRef(document, property)
  const { examples: [first] = [], example = first } = property
  const [inner] = target.allOf ?? []
  return (
    example ??
    target.examples?.[0] ??
    target.example ??
    target.const ??
    target.enum?.[0] ??
    (inner && exampleOf(document, inner))
  )
}

describe.each(servedNames)('each document of %s', (variant) => {
  it.each(['3.1', '3.0'] as const)(
    'has an example for each property in the first example of a request (OpenAPI %s)',
    async (version) => {
      const document = await read(variant, version)
      const missing = endpointsOf(document).flatMap(({ operation: { operationId, requestBody } }) => {
        const { content = {} } = requestBody ? resolveRef(document, requestBody) : {}
        return Object.values(content).flatMap(({ schema, examples = {} }) => {
          const [first] = Object.values(examples)
          const value = first ? resolveRef(document, first).value : {}
          const { properties = {} } = schema ? resolveRef(document, schema) : {}
          return Object.entries(properties)
            .filter(([name, property]) => {
              const given = Reflect.get(value as object, name)
              return typeof given === 'string' && exampleOf(document, property) === undefined
            })
            .map(([name]) => `${operationId} ${name}`)
        })
      })
      expect(missing).toEqual([])
    },
  )

  it.each(['3.1', '3.0'] as const)('contains only valid examples (OpenAPI %s)', async (version) => {
    const config = await createConfig({
      rules: { 'no-invalid-schema-examples': 'error', 'no-invalid-parameter-examples': 'error' },
    })
    const problems = await lintFromString({
      source: await readFile(contractUrl(variant, version), 'utf8'),
      config,
      absoluteRef: contractUrl(variant, version).pathname,
    })
    expect(problems.map(({ message, location }) => `${location[0]?.pointer} ${message}`)).toEqual([])
  })

  it('shows opaque example credentials in the descriptions of their security schemes', async () => {
    const { components } = await read(variant, '3.1')
    for (const node of Object.values(components?.securitySchemes ?? {})) {
      const scheme = resolveRef<SecurityScheme>({ components }, node)
      const isOpaque = scheme.bearerFormat !== 'JWT' && scheme.in !== 'cookie'
      expect(scheme.description?.includes(`\`${scheme['x-example']}\``)).toBe(isOpaque)
    }
  })
})

describe('completeDocument', () => {
  const propertiesOf = (schema: Schema, examples: Record<string, unknown>) => {
    const named = Object.entries(examples).map(([name, value]) => [name, { value }])
    const document: Document = {
      openapi: '3.1.0',
      info: { title: 'a', version: '1.0.0' },
      paths: {
        '/a': {
          post: {
            operationId: 'a',
            requestBody: { content: { 'application/json': { schema, examples: Object.fromEntries(named) } } },
            responses: {
              '400': { content: { 'application/json': { examples: { wrong: { value: {} } } } } },
            },
          },
        },
      },
    }
    completeDocument(document)
    return schema
  }
  const text = (): Schema => ({ type: 'string' })

  it('takes the first successful example of each property, and no example of an error', () => {
    const schema = { type: 'object', properties: { a: text(), b: text(), c: text() } }
    const { properties } = propertiesOf(schema, {
      wrong: { a: 'no', c: 'no' },
      ok: { a: 'first', b: null },
      all: { a: 'second', b: 'later' },
    })
    expect(properties).toMatchObject({ a: { examples: ['first'] }, b: { examples: ['later'] } })
    expect(properties?.c?.examples).toBeUndefined()
  })

  it('reaches nested objects, objects in arrays, and the matching branch of a union', () => {
    const branch = (kind: string): Schema => ({
      type: 'object',
      required: ['kind'],
      properties: { kind: { type: 'string', const: kind }, value: text() },
    })
    const schema = {
      type: 'object',
      properties: {
        inner: { type: 'object', properties: { a: text() } },
        list: { type: 'array', items: { type: 'object', properties: { a: text() } } },
        tags: { type: 'array', items: text() },
        either: { type: 'object', oneOf: [branch('x'), branch('y')] },
      },
    }
    const ok = { inner: { a: '1' }, list: [{ a: '2' }], tags: ['t'], either: { kind: 'y', value: '3' } }
    expect(propertiesOf(schema, { ok }).properties).toMatchObject({
      inner: { properties: { a: { examples: ['1'] } } },
      list: { items: { properties: { a: { examples: ['2'] } } } },
      tags: { examples: [['t']] },
      either: { oneOf: [{}, { properties: { value: { examples: ['3'] } } }] },
    })
    expect(schema.properties.either.oneOf?.[0]?.properties?.value?.examples).toBeUndefined()
  })

  it('gives a format to integers with a range, and to no others', () => {
    const schema = {
      type: 'object',
      properties: {
        small: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 },
        large: { type: ['integer', 'null'], minimum: 0, maximum: 2 ** 31 },
        open: { type: 'integer', minimum: 0 },
        number: { type: 'number', minimum: 0, maximum: 1 },
      },
    }
    const { properties = {} } = propertiesOf(schema, {})
    const formats = Object.entries(properties).map(([name, { format }]) => [name, format])
    expect(Object.fromEntries(formats)).toEqual({
      small: 'int32',
      large: 'int64',
      open: undefined,
      number: undefined,
    })
  })
})
