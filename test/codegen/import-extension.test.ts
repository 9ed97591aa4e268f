import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findImportExtension } from '../../src/codegen/import-extension.ts'

/** Creates a project with these files. */
async function createProject(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'import-extension-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

const settings = (compilerOptions: object, more = {}) => JSON.stringify({ compilerOptions, ...more })
const list = (...paths: string[]) =>
  JSON.stringify({ files: [], references: paths.map((path) => ({ path })) })
const bundler = { module: 'esnext', moduleResolution: 'bundler' }

describe('findImportExtension', () => {
  it.each<[what: string, files: Record<string, string>, extension: string]>([
    ['no project', {}, '.ts'],
    ['imports of .ts', { 'tsconfig.json': settings({ allowImportingTsExtensions: true }) }, '.ts'],
    ['rewritten imports', { 'tsconfig.json': settings({ rewriteRelativeImportExtensions: true }) }, '.ts'],
    ['the resolution of Node', { 'tsconfig.json': settings({ module: 'nodenext' }) }, '.js'],
    ['no options', { 'tsconfig.json': '{}' }, '.js'],
    ['invalid settings', { 'tsconfig.json': '{ "compilerOptions": { "module": 1, }' }, '.js'],
    ['the resolution of bundlers', { 'tsconfig.json': settings(bundler) }, ''],
    ['modules kept for bundlers', { 'tsconfig.json': settings({ module: 'preserve' }) }, ''],
    ['CommonJS', { 'tsconfig.json': settings({ module: 'commonjs' }) }, ''],
    [
      'inherited options and comments',
      {
        'tsconfig.json': '{ // Ours.\n "extends": "./base.json", }',
        'base.json': settings({ allowImportingTsExtensions: true }),
      },
      '.ts',
    ],
    [
      'projects that all allow .ts',
      {
        'tsconfig.json': list('./tsconfig.app.json', './server'),
        'tsconfig.app.json': settings({ ...bundler, allowImportingTsExtensions: true }),
        'server/tsconfig.json': settings({ rewriteRelativeImportExtensions: true }),
      },
      '.ts',
    ],
    [
      'projects of which one needs the extension of the output',
      {
        'tsconfig.json': list('./tsconfig.app.json', './tsconfig.node.json'),
        'tsconfig.app.json': settings({ ...bundler, allowImportingTsExtensions: true }),
        'tsconfig.node.json': settings({ module: 'nodenext' }),
      },
      '.js',
    ],
    ['projects that are missing', { 'tsconfig.json': list('./missing') }, '.js'],
  ])('returns an extension that works for %s', async (_, files, extension) => {
    const folder = await createProject(files)
    expect(await findImportExtension(join(folder, 'src/generated'))).toBe(extension)
  })

  it('prefers the nearest project', async () => {
    const folder = await createProject({
      'tsconfig.json': settings({ module: 'nodenext' }),
      'web/tsconfig.json': settings(bundler),
    })
    expect(await findImportExtension(join(folder, 'web/src'))).toBe('')
  })
})
