import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleContract } from '../../src/codegen/bundle.ts'
import { UserError } from '../../src/common/user-error.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Bundles a contract with one operation, whose response and parameter have the given schemas. */
async function bundle(schema: string, parameter = '{ type: string }') {
  const file = join(await mkdtemp(join(folder, 'contract-')), 'openapi.yaml')
  const text = `openapi: 3.1.1
info: { title: Test, version: 1.0.0 }
paths:
  /things:
    get:
      operationId: listThings
      parameters: [{ name: a, in: query, schema: ${parameter} }]
      responses:
        '200':
          description: Found.
          content:
            application/json:
              schema: ${schema}
components:
  schemas:
    Named: { type: string }
    Untyped: { minLength: 1 }
    Defaulted: { type: string, default: a }
`
  await writeFile(file, text)
  return bundleContract({ variant: 'test', file })
}

describe('bundleContract', () => {
  it.each<[what: string, schema: string, message: string, position: string, parameter?: string]>([
    ['a schema without a type', '{ minLength: 1 }', 'must have a type', '13:15'],
    [
      'a shared schema without a type',
      "{ $ref: '#/components/schemas/Untyped' }",
      'must have a type',
      '17:14',
    ],
    [
      'a shared schema with a default',
      "{ $ref: '#/components/schemas/Defaulted' }",
      'must not have a default',
      '18:32',
    ],
    [
      'a constraint next to a reference',
      "{ $ref: '#/components/schemas/Named', maxLength: 3 }",
      'maxLength',
      '13:61',
    ],
    [
      'a keyword that cannot be expressed',
      '{ type: array, contains: { type: string } }',
      'contains',
      '13:38',
    ],
    ['several types', '{ type: [string, integer] }', 'exactly one type', '13:25'],
    ['a closed object', '{ type: object, properties: {}, additionalProperties: false }', 'open', '13:55'],
    ['an object as a parameter', '{ type: string }', 'not an object', '7:42', '{ type: object }'],
  ])('rejects %s', async (_, schema, message, position, parameter) => {
    const bundling = bundle(schema, parameter)
    await expect(bundling).rejects.toThrow(UserError)
    await expect(bundling).rejects.toThrow(message)
    await expect(bundling).rejects.toThrow(`openapi.yaml:${position} `)
  })
})

describe('a bundle', () => {
  it('keeps annotations next to a reference', async () => {
    const { paths } = await bundle("{ $ref: '#/components/schemas/Named', description: Mine. }")
    expect(paths?.['/things']?.get?.responses).toMatchObject({
      200: { content: { 'application/json': { schema: { description: 'Mine.' } } } },
    })
  })

  it('returns a document without shared objects', async () => {
    const { components } = await bundle("{ $ref: '#/components/schemas/Named' }")
    const objects = Object.values(components?.schemas ?? {})
    expect(new Set(objects).size).toBe(objects.length)
  })
})
