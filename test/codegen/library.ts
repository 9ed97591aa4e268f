import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { z } from '@hono/zod-openapi'
import { bundleContract } from '../../src/codegen/bundle.ts'
import { type Contract, findContracts } from '../../src/codegen/contracts.ts'
import { generate } from '../../src/codegen/generate.ts'
import type { Document } from '../../src/openapi/document.ts'
import type { Generated } from './documents.ts'

const root = resolve(import.meta.dirname, '../..')
const fixtures = join(import.meta.dirname, 'fixtures')

/** Generates the code of the fixture contract in a temporary folder, and loads it. */
export async function generateLibrary() {
  const [contract] = (await findContracts(fixtures)) as [Contract]
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'library-')))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const out = join(folder, 'generated')
  await generate({ contracts: fixtures, out })
  const document: Document = await bundleContract(contract)
  const generated: Generated = await import(join(out, 'library/routes.ts'))
  const zodSchemas: Record<string, z.ZodType> = await import(join(out, 'library/schemas.ts'))
  return { document, out, generated, zodSchemas, dispose: () => rm(folder, { recursive: true }) }
}

export type Library = Awaited<ReturnType<typeof generateLibrary>>
