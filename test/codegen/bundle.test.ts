import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleContract } from '../../src/codegen/bundle.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Bundles a contract with one operation, whose response has the given schema. */
async function bundle(schema: string) {
  const file = join(await mkdtemp(join(folder, 'contract-')), 'openapi.yaml')
  const text = `openapi: 3.1.1
info: { title: Test, version: 1.0.0 }
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: Found.
          content:
            application/json:
              schema: ${schema}
components:
  schemas:
    Named: { type: string }
`
  await writeFile(file, text)
  return bundleContract({ variant: 'test', file })
}

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
