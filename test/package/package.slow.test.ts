import { execFile } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { translations, variantNames } from '../../generated/index.ts'
import { pack, readManifest, root, type Tarballs } from './pack.ts'

const run = promisify(execFile)

let folder: string
let tarballs: Tarballs
const folderOf = (name: keyof Tarballs) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'))
  tarballs = await pack()
  for (const name of ['main', 'client'] as const) {
    await mkdir(folderOf(name))
    await run('tar', ['-xzf', tarballs[name], '--strip-components', '1', '-C', folderOf(name)])
  }
})
afterAll(() => rm(folder, { recursive: true }))

const filesIn = (name: keyof Tarballs, pattern: string) => globSync(pattern, { cwd: folderOf(name) })

/** Returns the static and dynamic imports of a module. */
const importsOf = (file: string) =>
  ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName)

/** Returns a module and all modules of the package that it imports. */
function closureOf(file: string, seen = new Set<string>()): Set<string> {
  if (!seen.has(file)) {
    seen.add(file)
    for (const target of importsOf(file))
      if (target.startsWith('.')) closureOf(resolve(dirname(file), target), seen)
  }
  return seen
}

/** Returns the relative links of a guide that lead nowhere. */
function brokenLinksOf(folder: string, guide: string): string[] {
  const links = [...readFileSync(join(folder, guide), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
  return links
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path, heading] = link.split('#')
      const file = path ? join(folder, dirname(guide), path) : join(folder, guide)
      const isInside = !relative(folder, file).startsWith('..') && existsSync(file)
      return !isInside || (heading !== undefined && !headingsOf(file).includes(heading))
    })
    .map((link) => `${guide}: ${link}`)
}

/** Returns the anchors of the headings in a guide, as GitHub and npm create them. */
const headingsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  )

/** The modules with bundles, whose imports are not checked here, and the number of their exports. */
const bundles = { 'mock/prism-http.js': 1, 'codegen/openapi-typescript.js': 10 }

describe('the package', () => {
  it('contains only built files, guides and examples', () => {
    const entries = ['LICENSE', 'README.md', 'dist', 'examples', 'openapi', 'package.json', 'src']
    expect(readdirSync(folderOf('main')).sort()).toEqual(entries)
    const guides = filesIn('main', '{openapi,src}/**/*.*').map((file) => basename(file))
    expect(new Set(guides)).toEqual(new Set(['CHANGELOG.md', 'README.md']))
    // Guides and sample apps show these files as they are.
    const samples = new Set(
      filesIn('main', 'dist/{openapi/*/guides/samples/*,src/demo/*/auth,src/demo/*/main}.ts'),
    )
    const sources = filesIn('main', '{dist,openapi,src}/**/*.ts').filter((file) => !file.endsWith('.d.ts'))
    expect(sources.filter((file) => !samples.has(file))).toEqual([])
  })

  it('contains all files of its exports and its command', () => {
    const { bin, exports } = readManifest(folderOf('main'))
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [target] : [target.types, target.default],
    )
    const files = [...targets, ...Object.values(bin)].flatMap((target) =>
      target.includes('*') ? variantNames.map((variant) => target.replace('*', variant)) : [target],
    )
    expect(files.filter((target) => filesIn('main', target).length === 0)).toEqual([])
  })

  it.each(['main', 'client'] as const)('links only to files and headings that %s contains', (name) => {
    const guides = filesIn(name, '{,examples/*/,openapi/*/,src/*/}README.md')
    expect(guides).toContain('README.md')
    expect(guides.flatMap((guide) => brokenLinksOf(folderOf(name), guide))).toEqual([])
  })

  it('contains the files that its modules read at run time', () => {
    const pages = variantNames.flatMap((name) => [
      `dist/docs/hub/${name}.html`,
      `dist/docs/site/${name}.html`,
      ...translations[name].flatMap((language) => [
        `dist/docs/hub/${name}.${language}.html`,
        `dist/docs/site/${name}.${language}.html`,
      ]),
    ])
    const patterns = [
      'src/**/*.sql',
      'src/**/*.schema.json',
      'generated/*/*.json',
      'openapi/*/CHANGELOG.md',
      'openapi/*/flows.arazzo.yaml',
      'openapi/*/guides/*.md',
      'src/demo/*/{auth,main}.ts',
    ]
    const assets = globSync(patterns, {
      cwd: root,
    }).map((file) => `dist/${file}`)
    expect(filesIn('main', 'dist/**/*.*')).toEqual(
      expect.arrayContaining([...pages, ...assets, 'dist/docs/script.html']),
    )
  })

  it('contains the licences of bundled software', async () => {
    const notices = await readFile(join(folderOf('main'), 'dist/THIRD_PARTY_NOTICES.md'), 'utf8')
    expect(notices).toMatch(/^## @stoplight\/prism-http .*: Apache-2.0\n\n\s*Apache License/m)
    expect(notices).toMatch(/^## @redocly\/cli .*: MIT\n\nCopyright 2019 Redocly Inc./m)
  })

  it('imports only its own modules, modules of Node, and its dependencies', () => {
    const { dependencies, peerDependencies } = readManifest(folderOf('main'))
    const installed = Object.keys({ ...dependencies, ...peerDependencies })
    const known = new Set([...installed, ...builtinModules, 'auth-contracts'])
    const modules = filesIn('main', 'dist/**/*.{js,d.ts}').filter(
      (file) => !Object.keys(bundles).some((bundle) => file.endsWith(bundle)),
    )
    const unknownImports = modules.flatMap((file) => {
      const path = join(folderOf('main'), file)
      return importsOf(path)
        .filter((target) => !target.startsWith('node:') && !canResolve(path, target, known))
        .map((target) => `${file} imports ${target}`)
    })
    expect(unknownImports).toEqual([])
  })

  it.each(Object.entries(bundles))('loads the bundle %s without dependencies', async (bundle, count) => {
    const file = pathToFileURL(join(folderOf('main'), 'dist/src', bundle))
    const program = `console.log(Object.keys(await import(${JSON.stringify(file)})).length)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: folder,
    })
    expect(stdout).toBe(`${count}\n`)
  })

  it.each(['main', 'client'] as const)('passes publint (%s)', async (name) => {
    const bytes = await readFile(tarballs[name])
    const { messages } = await publint({
      pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
      strict: true,
    })
    expect(messages).toEqual([])
  })

  it.each(['main', 'client'] as const)(
    'has types that resolve in every environment with ES modules (%s)',
    async (name) => {
      const entries = variantNames.flatMap((variant) => [
        `contracts/${variant}`,
        `contracts/${variant}/schemas`,
      ])
      const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
      const more = name === 'main' ? ['--include-entrypoints', ...entries] : []
      const args = [tarballs[name], '--profile', 'esm-only', '--format', 'ascii', ...more]
      // Exits with 1 if there is a problem.
      const { stdout } = await run(process.execPath, [attw, ...args])
      if (name === 'main') for (const entry of entries) expect(stdout).toContain(`auth-contracts/${entry}"`)
    },
  )
})

describe('the client package', () => {
  const entry = 'dist/src/client/index.js'

  it('has at most 40 kB of code', () => {
    const sizes = [...closureOf(join(folderOf('main'), entry))].map((file) => statSync(file).size)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(40_000)
  })

  it('imports only openapi-fetch', () => {
    const modules = [...closureOf(join(folderOf('main'), entry))].flatMap(importsOf)
    expect(new Set(modules.filter((target) => !target.startsWith('.')))).toEqual(new Set(['openapi-fetch']))
  })

  it('has the same code, version and dependencies as the main package', async () => {
    const [main, client] = [readManifest(folderOf('main')), readManifest(folderOf('client'))]
    expect(client.version).toBe(main.version)
    expect(main.dependencies).toMatchObject(client.dependencies)
    for (const file of closureOf(join(folderOf('main'), entry))) {
      const path = relative(join(folderOf('main'), 'dist'), file)
      expect(await readFile(join(folderOf('client'), path), 'utf8')).toBe(await readFile(file, 'utf8'))
    }
  })
})

/** Tells whether an import can be resolved. Declarations import `.ts` files, which TypeScript resolves. */
function canResolve(from: string, target: string, known: Set<string>): boolean {
  if (!target.startsWith('.')) return known.has(/^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? '')
  const path = resolve(dirname(from), target)
  return from.endsWith('.d.ts') ? ts.sys.fileExists(path.replace(/\.ts$/, '.d.ts')) : ts.sys.fileExists(path)
}
