import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'
import { servedNames } from '../support/served.ts'

const root = resolve(import.meta.dirname, '../..')

/** The largest had 252 KiB when this limit was set. The WebAuthn library (84 KiB) is loaded at first use. */
const maxKiB = 270

describe('the bundle for browsers', () => {
  const warnings: string[] = []
  let chunks: OutputChunk[]
  beforeAll(async () => {
    const build = await rolldown({
      input: join(root, 'src/msw/index.ts'),
      platform: 'browser',
      external: ['msw'],
      onLog: (_, { message }) => {
        warnings.push(message)
      },
    })
    const { output } = await build.generate({ format: 'esm', minify: true })
    await build.close()
    chunks = output.filter((part) => part.type === 'chunk')
  })

  const isOf = (name: string) => (id: string) =>
    /\/(?:generated|src\/variants)\//.test(id) && id.includes(`/${name}/`)

  /** Returns the files that a page with the handlers of one API loads. */
  function filesOf(name: string): Set<OutputChunk> {
    const start = chunks.filter(
      ({ isEntry, facadeModuleId }) => isEntry || (facadeModuleId !== null && isOf(name)(facadeModuleId)),
    )
    const files = new Set(start)
    for (const { imports } of files)
      for (const chunk of chunks) if (imports.includes(chunk.fileName)) files.add(chunk)
    return files
  }

  it('imports no module of Node', () => {
    const names = chunks.map(({ fileName }) => fileName)
    const imported = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    expect(new Set(imported.filter((name) => !names.includes(name)))).toEqual(new Set(['msw']))
    expect(warnings).toEqual([])
  })

  it.each(servedNames)('loads only the code and the contract of %s', (name) => {
    const modules = [...filesOf(name)].flatMap(({ moduleIds }) => moduleIds)
    expect(modules.filter(isOf(name)).length).toBeGreaterThan(10)
    const others = servedNames.filter((other) => other !== name)
    expect(modules.filter((id) => others.some((other) => isOf(other)(id)))).toEqual([])
  })

  it.each(servedNames)(`has less than ${maxKiB} KiB for %s, minified and compressed`, (name) => {
    const sizes = [...filesOf(name)].map(({ code }) => gzipSync(code).length)
    const kiB = sizes.reduce((sum, size) => sum + size) / 1024
    expect(kiB).toBeLessThan(maxKiB)
  })
})
