import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import type { Document } from '../../src/openapi/document.ts'
import { servedNames } from '../support/served.ts'
import { dereferenced, emittedDocument, type Generated, normalized } from './documents.ts'

const root = resolve(import.meta.dirname, '../..')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routes-diff-'))
})
afterAll(() => rm(folder, { recursive: true }))

const contractOf = async (variant: VariantName): Promise<Document> =>
  JSON.parse(await readFile(contractUrl(variant), 'utf8'))

const generatedOf = (variant: string): Promise<Generated> => import(`../../generated/${variant}/routes.ts`)

/** Compares with the rules of redocly.yaml, without which the command ignores breaking changes. */
async function diff(base: Document, revision: Document): Promise<{ code: number; output: string }> {
  const pairFolder = await mkdtemp(join(folder, 'pair-'))
  const files = [join(pairFolder, 'base.json'), join(pairFolder, 'revision.json')] as const
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

describe.each(servedNames)('the routes of %s', (variant) => {
  it('emits a document without differences from the contract, in either direction', async () => {
    const contract = await contractOf(variant)
    const emitted = emittedDocument(await generatedOf(variant), contract)
    const [one, other] = [normalized(contract), normalized(emitted)]
    const results = await Promise.all([diff(one, other), diff(other, one)])
    expect(results).toEqual([noDifference, noDifference])
  })

  it('emits exactly the operations of the contract', async () => {
    const contract = await contractOf(variant)
    const emitted = emittedDocument(await generatedOf(variant), contract)
    const dereference = (document: Document) => dereferenced(document, normalized(document))
    expect(dereference(emitted)).toEqual(dereference(contract))
  })
})

describe('the comparison', () => {
  const [variant] = servedNames

  /** Returns the contract and a copy with a difference. */
  const withDifference = async (
    change: (operation: Record<string, never>, document: Document) => void,
  ): Promise<[Document, Document]> => {
    const contract = normalized(await contractOf(variant))
    const copy = structuredClone(contract)
    const operation = Object.values(copy.paths ?? {}).flatMap((item) => Object.values(item))
    change(operation.find((candidate) => 'requestBody' in candidate && candidate.requestBody) as never, copy)
    return [contract, copy]
  }

  it.each<[string, (operation: Record<string, Record<string, unknown>>, document: Document) => void]>([
    ['a missing status', ({ responses }) => delete responses?.['500']],
    [
      'a missing response header',
      ({ responses }) => Object.assign(responses?.['503'] ?? {}, { headers: {} }),
    ],
    ['an optional body', ({ requestBody }) => Object.assign(requestBody ?? {}, { required: false })],
    ['another security scheme', (operation) => Object.assign(operation, { security: [{ other: [] }] })],
    [
      'an additional parameter',
      (operation) =>
        Object.assign(operation, { parameters: [{ name: 'a', in: 'query', schema: { type: 'string' } }] }),
    ],
    ['another operationId', (operation) => Object.assign(operation, { operationId: 'other' })],
    [
      'a changed schema',
      (_, { components }) => Object.assign(components?.schemas?.ErrorResponse ?? {}, { required: [] }),
    ],
  ])('finds %s', async (_, change) => {
    const [contract, copy] = await withDifference(change as never)
    const isFound = (await diff(contract, copy)).code === 1 || (await diff(copy, contract)).code === 1
    expect(isFound).toBe(true)
    expect(dereferenced(copy, copy)).not.toEqual(dereferenced(contract, contract))
  })

  it('rates a breaking change as major, as redocly.yaml defines', async () => {
    const [contract, copy] = await withDifference(({ responses }) => delete responses?.['500'])
    expect((await diff(contract, copy)).output).toMatch(/[1-9]\d* major/)
  })
})
