import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import type { Document } from '../../src/openapi/document.ts'
import { dereferenced, emittedDocument, type Generated, normalized } from './documents.ts'

const root = resolve(import.meta.dirname, '../..')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routes-diff-'))
})
afterAll(() => rm(folder, { recursive: true }))

const contractOf = async (variant: (typeof variantNames)[number]): Promise<Document> =>
  JSON.parse(await readFile(contractUrl(variant), 'utf8'))

const generatedOf = (variant: string): Promise<Generated> => import(`../../generated/${variant}/routes.ts`)

/** Compares with the rules of redocly.yaml; without them, the command passes over breaking changes in silence. */
async function diff(base: Document, revision: Document): Promise<{ code: number; output: string }> {
  const place = await mkdtemp(join(folder, 'pair-'))
  const files = [join(place, 'base.json'), join(place, 'revision.json')] as const
  await writeFile(files[0], JSON.stringify(base))
  await writeFile(files[1], JSON.stringify(revision))
  const cli = join(root, 'node_modules/@redocly/cli/bin/cli.js')
  const args = [cli, 'diff', ...files, '--config', join(root, 'redocly.yaml'), '--fail-on', 'patch']
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', NO_COLOR: '1' }
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout) => {
      done({ code: error ? Number(error.code) : 0, output: stdout.trim() })
    })
  })
}

const noDifference = { code: 0, output: '0 major, 0 minor, 0 patch.' }

describe.each(variantNames)('the routes of %s', (variant) => {
  it('emit a document that redocly cannot tell from the contract, whichever comes first', async () => {
    const contract = await contractOf(variant)
    const emitted = emittedDocument(await generatedOf(variant), contract)
    const [one, other] = [normalized(contract), normalized(emitted)]
    const results = await Promise.all([diff(one, other), diff(other, one)])
    expect(results).toEqual([noDifference, noDifference])
  })

  it('emit the same operations, member for member', async () => {
    const contract = await contractOf(variant)
    const emitted = emittedDocument(await generatedOf(variant), contract)
    const whole = (document: Document) => dereferenced(document, normalized(document))
    expect(whole(emitted)).toEqual(whole(contract))
  })
})

describe('the comparison', () => {
  const variant = variantNames[0]

  /** Plants a difference into the emitted document. */
  const broken = async (
    plant: (operation: Record<string, never>, document: Document) => void,
  ): Promise<[Document, Document]> => {
    const contract = normalized(await contractOf(variant))
    const copy = structuredClone(contract)
    const operation = Object.values(copy.paths ?? {}).flatMap((item) => Object.values(item))
    plant(operation.find((one) => 'requestBody' in one && one.requestBody) as never, copy)
    return [contract, copy]
  }

  it.each<[string, (operation: Record<string, Record<string, unknown>>, document: Document) => void]>([
    ['a status that is missing', ({ responses }) => delete responses?.['500']],
    [
      'a response header that is missing',
      ({ responses }) => Object.assign(responses?.['503'] ?? {}, { headers: {} }),
    ],
    [
      'a body that may be left out',
      ({ requestBody }) => Object.assign(requestBody ?? {}, { required: false }),
    ],
    ['other security', (operation) => Object.assign(operation, { security: [{ other: [] }] })],
    [
      'a parameter too many',
      (operation) =>
        Object.assign(operation, { parameters: [{ name: 'a', in: 'query', schema: { type: 'string' } }] }),
    ],
    ['another operationId', (operation) => Object.assign(operation, { operationId: 'other' })],
    [
      'a schema that has changed',
      (_, { components }) => Object.assign(components?.schemas?.ErrorResponse ?? {}, { required: [] }),
    ],
  ])('fails for %s', async (_, plant) => {
    const [contract, copy] = await broken(plant as never)
    // Most are seen this way already.
    const isSeen = (await diff(contract, copy)).code === 1 || (await diff(copy, contract)).code === 1
    expect(isSeen).toBe(true)
    expect(dereferenced(copy, copy)).not.toEqual(dereferenced(contract, contract))
  })

  it('rates a break as major, so that the rules are those of redocly.yaml', async () => {
    const [contract, copy] = await broken(({ responses }) => delete responses?.['500'])
    expect((await diff(contract, copy)).output).toMatch(/[1-9]\d* major/)
  })
})
