import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { variantNames } from '../generated/index.ts'

const root = resolve(import.meta.dirname, '..')
const posix = (path: string) => path.split(sep).join('/')
const files = (pattern: string) => globSync(pattern, { cwd: root }).map(posix).sort()
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Which layers a layer may import. A layer that is not in the table may not exist. */
const arrows: Record<string, string[]> = {
  common: [],
  openapi: [],
  codegen: ['common', 'openapi'],
  http: ['openapi', 'generated'],
  core: [],
  storage: ['common', 'core'],
  adapters: ['common', 'core'],
  client: ['generated'],
  variants: ['http', 'core', 'generated'],
  server: ['adapters', 'common', 'core', 'generated', 'http', 'openapi', 'storage', 'variants'],
  sandbox: [
    'adapters',
    'common',
    'core',
    'generated',
    'http',
    'openapi',
    'server',
    'storage',
    'ui',
    'variants',
  ],
  snippets: ['generated', 'openapi'],
  ui: [],
  docs: ['common', 'generated', 'openapi', 'ui'],
  mock: ['generated', 'http', 'openapi'],
  hub: ['adapters', 'docs', 'generated', 'mock', 'sandbox', 'server', 'snippets', 'ui', 'variants'],
  cli: ['adapters', 'common', 'docs', 'generated', 'hub', 'mock', 'sandbox', 'server', 'snippets'],
}

/** What runs wherever there is a `fetch`, so it uses Web-standard globals only. */
const webOnly = [
  'src/client/',
  'src/core/',
  'src/http/',
  'src/openapi/',
  'src/storage/memory/',
  'src/variants/',
]

const layerOf = (path: string) => (path.startsWith('src/') ? path.split('/')[1] : path.split('/')[0]) ?? ''

const imports = files('src/**/*.ts').flatMap((file) =>
  ts.preProcessFile(read(file)).importedFiles.map(({ fileName }) => ({
    file,
    target: fileName.startsWith('.')
      ? posix(relative(root, resolve(root, dirname(file), fileName)))
      : fileName,
    isOurs: fileName.startsWith('.'),
  })),
)

describe('layers', () => {
  it('are all in the table of arrows', () => {
    expect(Object.keys(arrows)).toEqual(
      expect.arrayContaining([...new Set(files('src/*/**/*.ts').map(layerOf))]),
    )
  })

  it('import only what the arrows permit', () => {
    const forbidden = imports.filter(({ file, target, isOurs }) => {
      const [from, to] = [layerOf(file), layerOf(target)]
      return isOurs && from !== to && !arrows[from]?.includes(to)
    })
    expect(forbidden).toEqual([])
  })

  it('use pages and styles only where pages are made', () => {
    const users = imports.filter(({ target }) => layerOf(target) === 'ui').map(({ file }) => layerOf(file))
    expect([...new Set(users)].filter((layer) => layer !== 'ui').sort()).toEqual(['docs', 'hub', 'sandbox'])
  })

  it('that run in a browser import nothing of Node', () => {
    const nodeOnly = imports.filter(
      ({ file, target }) =>
        webOnly.some((layer) => file.startsWith(layer)) &&
        (target.startsWith('node:') || target.includes('node-server')),
    )
    expect(nodeOnly).toEqual([])
  })

  it('never let one variant import another', () => {
    const variantOf = (path: string) => (layerOf(path) === 'variants' ? path.split('/').at(2) : undefined)
    const crossing = imports.filter(({ file, target }) => {
      const [from, to] = [variantOf(file), variantOf(target)]
      return from?.endsWith('.ts') === false && to?.endsWith('.ts') === false && from !== to
    })
    expect(crossing).toEqual([])
  })
})

describe('production', () => {
  /** All our files that some entries import, statically or dynamically, for values or for types. */
  function reachableFrom(entries: string[]): string[] {
    const reached = new Set(entries)
    for (const from of reached)
      for (const { file, target, isOurs } of imports) if (file === from && isOurs) reached.add(target)
    return [...reached]
  }
  const entries = [
    'src/server/index.ts',
    'src/cli/serve-production.ts',
    'src/cli/workers.ts',
    'src/cli/admin/index.ts',
  ]

  it('reaches no module of the sandbox, and no seed', () => {
    const reached = reachableFrom(entries)
    expect(reached).toEqual(expect.arrayContaining(['src/server/app.ts', 'src/core/store.ts']))
    expect(reached.filter((file) => /^src\/(sandbox|ui|hub|variants\/\w+\/seed)\//.test(file))).toEqual([])
  })

  it('loads modules only by names that can be followed', () => {
    const hidden = reachableFrom(entries).filter(
      (file) => file.endsWith('.ts') && /\bimport\((?!['"])/.test(read(file)),
    )
    expect(hidden).toEqual([])
  })

  it('shares seeds with nothing but the registry of the sandbox', () => {
    const isSeed = (path: string) => /^src\/variants\/\w+\/seed\//.test(path)
    const users = imports.filter(({ file, target }) => isSeed(target) && !isSeed(file))
    expect([...new Set(users.map(({ file }) => file))]).toEqual(['src/sandbox/registry.ts'])
  })
})

describe('variants', () => {
  /** Registries: the places that list the variants because something has to. */
  const registries = ['src/variants/index.ts', 'src/sandbox/registry.ts', 'src/client/index.ts']

  it('are known by name only in their own folders, in files that bear the name, and in the registries', () => {
    const leaks = files('src/**/*.ts')
      .filter((file) => !registries.includes(file))
      .flatMap((file) =>
        variantNames
          .filter((name) => !file.split('/').includes(name) && !basename(file).startsWith(name))
          .filter((name) => new RegExp(`\\b${name}\\b`, 'i').test(read(file)))
          .map((name) => `${file} names ${name}`),
      )
    expect(leaks).toEqual([])
  })

  it.each(variantNames)('%s has a contract, a log of decisions, and wording for refusals', (name) => {
    expect(files(`openapi/${name}/{openapi.yaml,README.md}`)).toHaveLength(2)
    expect(read(`openapi/${name}/README.md`)).toContain('## Decisions')
    expect(files(`src/variants/${name}/errors.ts`)).toHaveLength(1)
  })

  it.each(variantNames)('%s is laid out like every other one', (name) => {
    const folder = `src/variants/${name}`
    const parts = ['authenticate', 'errors', 'example-users', 'handlers/index', 'index']
    const more = ['limits', 'rules', 'seed/index', 'serializers']
    const present = files(`${folder}/**/*.ts`)
    expect(present).toEqual(expect.arrayContaining([...parts, ...more].map((part) => `${folder}/${part}.ts`)))
    const misplaced = present.filter(
      (file) =>
        /export (?:const|function) (?:handlers|\w+Handlers)\b/.test(read(file)) &&
        !file.startsWith(`${folder}/handlers/`),
    )
    expect(misplaced).toEqual([])
  })

  it.each(variantNames)('%s keeps every reference inside its own folder', (name) => {
    const escapes = files(`openapi/${name}/**/*.yaml`).flatMap((file) =>
      [...read(file).matchAll(/\$ref:\s*['"]?([^\s'"#}]+)/g)]
        .map(([, target = '']) => posix(relative(root, resolve(root, dirname(file), target))))
        .filter((target) => !target.startsWith(`openapi/${name}/`)),
    )
    expect(escapes).toEqual([])
  })
})

describe('packages', () => {
  const manifests = ['package.json', 'bench/package.json'].map(
    (path) => JSON.parse(read(path)) as Record<string, Record<string, string> | undefined>,
  )

  it('are pinned to exact versions', () => {
    const ranges = manifests
      .flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
        Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }),
      )
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    expect(ranges).toEqual([])
  })

  it('are locked without the address of a registry', () => {
    for (const lockfile of ['package-lock.json', 'bench/package-lock.json']) {
      expect(read(lockfile)).not.toMatch(/"resolved": "https?:/)
    }
  })
})

describe('tests of types', () => {
  it('are all compiled by `npm test`, which fails when one of them is wrong', () => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    expect(fileNames.map((file) => posix(relative(root, file)))).toEqual(
      expect.arrayContaining(files('test/**/*.test-d.ts')),
    )
    const { scripts } = JSON.parse(read('package.json'))
    expect(scripts).toMatchObject({
      test: expect.stringContaining('npm run typecheck &&'),
      typecheck: expect.stringMatching(/^tsc /),
    })
  })
})

describe('security requirements', () => {
  const rows = [...read('CONTRIBUTING.md').matchAll(/^\| ([A-Z]\d\d) \| [^|]+ \| (`[^|]+`) \|$/gm)].map(
    ([, id = '', cell = '']) => ({
      id,
      tests: [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => `test/${name}.test.ts`),
    }),
  )
  /** How many there are of each kind. */
  const kinds = { E: 5, P: 6, T: 6, R: 8, J: 6, H: 2, O: 9, W: 5, K: 5, A: 7, I: 6, B: 3, L: 3, D: 9 }

  it('are all in the table', () => {
    const ids = Object.entries(kinds).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, index) => `${kind}${String(index + 1).padStart(2, '0')}`),
    )
    expect(rows.map(({ id }) => id)).toEqual(ids)
  })

  it('are proven where the table says, and nowhere else', () => {
    const title = /['`"](?:openfactory in a process: )?([A-Z]\d\d(?:(?:, | and )[A-Z]\d\d)*)\b/g
    const found = files('test/**/*.test.ts')
      .filter((file) => file !== 'test/repository.test.ts')
      .flatMap((file) =>
        [...read(file).matchAll(title)].flatMap(([, ids = '']) =>
          [...ids.matchAll(/[A-Z]\d\d/g)].map(([id]) => `${id} ${file}`),
        ),
      )
    const told = rows.flatMap(({ id, tests }) => tests.map((file) => `${id} ${file}`))
    expect([...new Set(found)].sort()).toEqual(told.sort())
  })
})

describe('a run of tests fails', () => {
  /** Runs a test file, to be read from what Vitest says. @param setups of this repository, for the whole run */
  async function run(test: string, ...setups: string[]) {
    const folder = await mkdtemp(join(tmpdir(), 'run-'))
    try {
      const globalSetup = setups.map((name) => join(root, 'test/support', name))
      const config = { test: { globals: true, globalSetup } }
      await writeFile(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}`)
      await writeFile(join(folder, 'one.test.mjs'), test)
      const vitest = join(root, 'node_modules/vitest/vitest.mjs')
      return await promisify(execFile)(process.execPath, [vitest, 'run', '--root', folder]).catch(
        (error) => error,
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  it('when a test does', async () => {
    const failed = await run('it("is wrong", () => expect(1).toBe(2))', 'postgres.setup.ts')
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('1 failed') })
  })

  it('when a test leaves a file or a process behind', async () => {
    const failed = await run(
      `import { spawn } from 'node:child_process'
      import { writeFileSync } from 'node:fs'
      import { tmpdir } from 'node:os'
      it('is untidy', () => {
        writeFileSync(tmpdir() + '/crumb', '')
        spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true }).unref()
      })`,
      'folder.setup.ts',
    )
    const [, pid] = /process (\d+): /.exec(failed.stderr) ?? []
    if (pid) process.kill(Number(pid))
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('1 passed') })
    expect(failed.stderr).toMatch(/Tests left these behind:\n.+crumb\n/)
    expect(pid !== undefined).toBe(process.platform === 'linux')
  })
})
