import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createDefaults } from '../../src/codegen/defaults.ts'
import { leaveOutLimits, leftOutOf } from '../../src/codegen/leave-out.ts'
import { nameSchemas } from '../../src/codegen/names.ts'
import { renderRoutes } from '../../src/codegen/routes.ts'
import { renderSchemas } from '../../src/codegen/schemas.ts'
import type { Document } from '../../src/openapi/document.ts'
import type { StubApi } from '../../src/server/stub.ts'

const style = { header: '// Test.\n', library: '@hono/zod-openapi', importExtension: '.ts' } as const
const root = resolve(import.meta.dirname, '../..')

/** Generates the routes of a contract, and loads them. */
export async function loadRoutes(document: Document): Promise<StubApi> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'routes-')))
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
    const { document: expressible } = leaveOutLimits(document)
    const names = nameSchemas(expressible)
    const defaultOf = createDefaults(expressible, names)
    const leftOut = leftOutOf(document, expressible)
    await writeFile(join(folder, 'schemas.ts'), renderSchemas(names, defaultOf, style))
    await writeFile(join(folder, 'routes.ts'), renderRoutes(expressible, names, defaultOf, style, leftOut))
    return await import(join(folder, 'routes.ts'))
  } finally {
    await rm(folder, { recursive: true })
  }
}
