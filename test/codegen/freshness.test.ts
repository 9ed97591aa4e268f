import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateRepository } from '../../src/codegen/generate.ts'
import { readTree } from './project.ts'

const root = resolve(import.meta.dirname, '../..')

let fresh: Record<string, string>
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshness-'))
  await generateRepository(root, folder)
  fresh = await readTree(folder)
})
afterAll(() => rm(folder, { recursive: true }))

describe('generated/', () => {
  it('equals the output of the generator byte for byte', async () => {
    const committed = await readTree(join(root, 'generated'))
    const paths = new Set([...Object.keys(fresh), ...Object.keys(committed)])
    const stale = [...paths].filter((path) => fresh[path] !== committed[path])
    expect(stale, 'These files are stale. Run `npm run generate` and commit the result.').toEqual([])
  })
})
