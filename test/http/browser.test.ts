import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'
import { servedNames } from '../support/served.ts'

const root = resolve(import.meta.dirname, '../..')

/**
 * Bundles a module for browsers.
 * @returns the Node modules that the bundle imports, and the warnings
 */
async function bundle(path: string) {
  const warnings: string[] = []
  const build = await rolldown({
    input: join(root, path),
    platform: 'browser',
    onLog: (_, { message }) => {
      warnings.push(message)
    },
  })
  const { output } = await build.generate({ format: 'esm' })
  await build.close()
  const imports = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.imports : []))
  const names = new Set(output.map(({ fileName }) => fileName))
  return { imports: imports.filter((name) => !names.has(name)), warnings }
}

describe('browser bundles', () => {
  it.each(servedNames)('bundles the server of %s without Node modules', async (name) => {
    expect(await bundle(`src/variants/${name}/index.ts`)).toEqual({ imports: [], warnings: [] })
  })

  it.each([
    'src/http/app.ts',
    'src/server/stub.ts',
    'src/server/app.ts',
    'src/storage/memory/store.ts',
    'src/sandbox/compose.ts',
  ])('bundles %s without Node modules', async (path) => {
    expect(await bundle(path)).toEqual({ imports: [], warnings: [] })
  })
})
