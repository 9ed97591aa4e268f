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

/** Bundles a contract with one operation, whose answer has this schema, and whose parameter has that one. */
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

describe('a contract is refused that has', () => {
  it.each<[what: string, schema: string, message: string, place: string, parameter?: string]>([
    ['a schema without a type', '{ minLength: 1 }', 'has a type', '13:15'],
    ['a shared schema without a type', "{ $ref: '#/components/schemas/Untyped' }", 'has a type', '17:14'],
    ['a shared schema with a default', "{ $ref: '#/components/schemas/Defaulted' }", 'no default', '18:32'],
    [
      'a constraint beside a reference',
      "{ $ref: '#/components/schemas/Named', maxLength: 3 }",
      'maxLength',
      '13:61',
    ],
    ['a keyword without a counterpart', '{ type: array, contains: { type: string } }', 'contains', '13:38'],
    ['several types', '{ type: [string, integer] }', 'one type', '13:25'],
    ['closed objects', '{ type: object, properties: {}, additionalProperties: false }', 'open', '13:55'],
    ['an object as a parameter', '{ type: string }', 'not an object', '7:42', '{ type: object }'],
  ])('%s', async (_, schema, message, place, parameter) => {
    const refused = bundle(schema, parameter)
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toThrow(`openapi.yaml:${place} `)
  })
})

describe('a bundle', () => {
  it('has what is said beside a reference', async () => {
    const { paths } = await bundle("{ $ref: '#/components/schemas/Named', description: Mine. }")
    expect(paths?.['/things']?.get?.responses).toMatchObject({
      200: { content: { 'application/json': { schema: { description: 'Mine.' } } } },
    })
  })

  it('gives each place an object of its own', async () => {
    const { components } = await bundle("{ $ref: '#/components/schemas/Named' }")
    const objects = Object.values(components?.schemas ?? {})
    expect(new Set(objects).size).toBe(objects.length)
  })
})
