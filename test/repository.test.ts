import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { findMentions } from '../build/new/name.ts'
import { variantNames } from '../generated/index.ts'
import { builtInCatalog } from '../src/catalog/built-in.ts'
import { readSummaries } from '../src/docs/summary.ts'
import {
  ambiguousAddress,
  bannedPhrases,
  findingsIn,
  type Prose,
  proseOfCode,
  proseOfContract,
  proseOfMarkdown,
} from './lint/writing.ts'
import { servedNames } from './support/served.ts'

const root = resolve(import.meta.dirname, '..')
const posix = (path: string) => path.split(sep).join('/')
const files = (pattern: string) => globSync(pattern, { cwd: root }).map(posix).sort()
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The layers that a layer may import. Every folder of src/ must be listed. */
const allowedImports: Record<string, string[]> = {
  common: [],
  openapi: [],
  'contract-files': ['common', 'openapi'],
  codegen: ['common', 'contract-files', 'openapi'],
  catalog: ['codegen', 'common', 'contract-files', 'generated', 'openapi', 'variants'],
  http: ['common', 'openapi', 'generated'],
  core: [],
  storage: ['common', 'core'],
  adapters: ['common', 'core'],
  client: ['generated'],
  demo: ['client', 'generated'],
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
  conformance: ['common', 'contract-files', 'generated', 'openapi', 'ui'],
  snippets: ['common', 'generated', 'openapi'],
  search: ['catalog', 'common', 'guides', 'openapi'],
  mcp: ['catalog', 'common', 'docs', 'guides', 'openapi', 'search', 'snippets'],
  ui: [],
  guides: ['common', 'generated', 'openapi', 'snippets'],
  docs: ['catalog', 'common', 'contract-files', 'generated', 'guides', 'openapi', 'snippets', 'ui'],
  mock: ['generated', 'http', 'openapi'],
  msw: [
    'adapters',
    'common',
    'core',
    'generated',
    'http',
    'sandbox',
    'server',
    'storage',
    'testing',
    'variants',
  ],
  testing: ['adapters', 'client', 'common', 'generated', 'sandbox', 'server'],
  hub: [
    'adapters',
    'catalog',
    'common',
    'conformance',
    'contract-files',
    'docs',
    'generated',
    'http',
    'mcp',
    'mock',
    'openapi',
    'sandbox',
    'search',
    'server',
    'snippets',
    'ui',
    'variants',
  ],
  cli: [
    'adapters',
    'catalog',
    'codegen',
    'common',
    'conformance',
    'contract-files',
    'docs',
    'generated',
    'hub',
    'mcp',
    'mock',
    'openapi',
    'sandbox',
    'server',
    'snippets',
  ],
}

/** Layers that run on any JavaScript runtime, so they use Web-standard globals only. */
const webOnly = [
  'src/client/',
  'src/core/',
  'src/demo/',
  'src/http/',
  'src/msw/',
  'src/openapi/',
  'src/sandbox/simulator/',
  'src/storage/memory/',
  'src/variants/',
]

const layerOf = (path: string) => (path.startsWith('src/') ? path.split('/')[1] : path.split('/')[0]) ?? ''

/** Returns whether a module imports only types of another one, which then need not run. */
const importsTypesOnly = (text: string, target: string) =>
  [...text.matchAll(/^(?:import|export) (type )?[^'()]*? from '([^']+)'/gm)]
    .filter(([, , name]) => name === target)
    .every(([, type]) => type !== undefined) && !text.includes(`import('${target}')`)

const imports = files('src/**/*.ts').flatMap((file) =>
  ts.preProcessFile(read(file)).importedFiles.map(({ fileName }) => {
    const isType = importsTypesOnly(read(file), fileName)
    // The sample apps import the client by the name that users write.
    if (fileName === 'auth-contracts/client')
      return { file, isType, target: 'src/client/index.ts', isOurs: true }
    const isOurs = fileName.startsWith('.')
    return {
      file,
      isType,
      target: isOurs ? posix(relative(root, resolve(root, dirname(file), fileName))) : fileName,
      isOurs,
    }
  }),
)

describe('layers', () => {
  it('lists every layer', () => {
    expect(Object.keys(allowedImports)).toEqual(
      expect.arrayContaining([...new Set(files('src/*/**/*.ts').map(layerOf))]),
    )
  })

  it('imports only from permitted layers', () => {
    const forbidden = imports.filter(({ file, target, isOurs }) => {
      const [from, to] = [layerOf(file), layerOf(target)]
      return isOurs && from !== to && !allowedImports[from]?.includes(to)
    })
    expect(forbidden).toEqual([])
  })

  it('imports shared page code only in the layers that render pages', () => {
    const users = imports.filter(({ target }) => layerOf(target) === 'ui').map(({ file }) => layerOf(file))
    expect([...new Set(users)].filter((layer) => layer !== 'ui').sort()).toEqual([
      'conformance',
      'docs',
      'hub',
      'sandbox',
    ])
  })

  it('imports no Node module in layers that run in a browser', () => {
    const nodeOnly = imports.filter(
      ({ file, target }) =>
        webOnly.some((layer) => file.startsWith(layer)) &&
        (target.startsWith('node:') || target.includes('node-server')),
    )
    expect(nodeOnly).toEqual([])
  })

  it('imports no Node module into the handlers for MSW, which run in a browser', () => {
    const values = imports.filter(({ isType }) => !isType)
    const reached = new Set(['src/msw/index.ts'])
    for (const from of reached)
      for (const { file, target, isOurs } of values) if (file === from && isOurs) reached.add(target)
    expect([...reached]).toEqual(expect.arrayContaining(['src/sandbox/compose.ts', 'src/core/store.ts']))
    expect(values.filter(({ file, target }) => reached.has(file) && target.startsWith('node:'))).toEqual([])
  })

  it('imports no variant from another variant', () => {
    const variantOf = (path: string) => (layerOf(path) === 'variants' ? path.split('/').at(2) : undefined)
    const crossing = imports.filter(({ file, target }) => {
      const [from, to] = [variantOf(file), variantOf(target)]
      return from?.endsWith('.ts') === false && to?.endsWith('.ts') === false && from !== to
    })
    expect(crossing).toEqual([])
  })
})

describe('production', () => {
  /** All project files that the entries import, statically or dynamically, for values or types. */
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

  it('imports no sandbox module or seed into production code', () => {
    const reached = reachableFrom(entries)
    expect(reached).toEqual(expect.arrayContaining(['src/server/app.ts', 'src/core/store.ts']))
    expect(reached.filter((file) => /^src\/(sandbox|ui|hub|variants\/\w+\/seed)\//.test(file))).toEqual([])
  })

  it('loads modules only by literal names', () => {
    const hidden = reachableFrom(entries).filter(
      (file) => file.endsWith('.ts') && /\bimport\((?!['"])/.test(read(file)),
    )
    expect(hidden).toEqual([])
  })

  it('imports seeds only through the sandbox registry', () => {
    const isSeed = (path: string) => /^src\/variants\/\w+\/seed\//.test(path)
    const users = imports.filter(({ file, target }) => isSeed(target) && !isSeed(file))
    expect([...new Set(users.map(({ file }) => file))]).toEqual(['src/sandbox/registry.ts'])
  })
})

describe('variants', () => {
  /** Registries: the only shared files that list the variants. */
  const registries = [
    'src/conformance/variants/index.ts',
    'src/variants/index.ts',
    'src/sandbox/registry.ts',
    'src/client/index.ts',
    'src/testing/adapters/index.ts',
  ]

  it('names a variant only in its folders, in files named after it, and in the registries', () => {
    const leaks = servedNames.flatMap((name) =>
      findMentions(root, name)
        .filter((file) => !registries.includes(file))
        .map((file) => `${file} names ${name}`),
    )
    expect(leaks).toEqual([])
  })

  it.each(servedNames)('%s has a contract and a log of decisions', (name) => {
    expect(files(`openapi/${name}/{openapi.yaml,README.md}`)).toHaveLength(2)
    expect(read(`openapi/${name}/README.md`)).toContain('## Decisions')
  })

  it.each(servedNames)('%s has an entry in its changelog for the version of its contract', (name) => {
    const { version } = parse(read(`openapi/${name}/openapi.yaml`)).info
    expect(read(`openapi/${name}/CHANGELOG.md`)).toContain(`\n## ${version}\n`)
  })

  it.each(servedNames)('the server of %s has the same layout as every other one', (name) => {
    const folder = `src/variants/${name}`
    expect(read(`src/client/${name}.ts`)).toMatch(/^export function create\w+Client\(/m)
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

  it('pins every dependency to an exact version', () => {
    const ranges = manifests
      .flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
        Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }),
      )
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version.replace(/^npm:.+@/, '')))
    expect(ranges).toEqual([])
  })

  it('has the same line endings in every checkout', () => {
    expect(read('.gitattributes')).toContain('\n* text=auto eol=lf\n')
  })

  it('locks dependencies without the URL of a registry', () => {
    for (const lockfile of ['package-lock.json', 'bench/package-lock.json']) {
      expect(read(lockfile)).not.toMatch(/"resolved": "https?:/)
    }
  })
})

describe('tests of types', () => {
  it('compiles every type test in `npm test` and fails when one is wrong', () => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    expect(fileNames.map((file) => posix(relative(root, file)))).toEqual(
      expect.arrayContaining(files('test/**/*.test-d.ts')),
    )
    const { scripts } = JSON.parse(read('package.json'))
    expect(scripts).toMatchObject({
      test: expect.stringContaining('npm run typecheck &&'),
      typecheck: expect.stringMatching(/tsc --noEmit$/),
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
  /** The number of requirements of each kind. */
  const kinds = { E: 5, P: 6, T: 6, R: 8, J: 6, H: 2, O: 9, W: 5, K: 5, A: 7, I: 6, B: 3, L: 3, D: 9 }

  it('lists every requirement in the table', () => {
    const ids = Object.entries(kinds).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, index) => `${kind}${String(index + 1).padStart(2, '0')}`),
    )
    expect(rows.map(({ id }) => id)).toEqual(ids)
  })

  it('proves each requirement exactly where the table says', () => {
    const title = /['`"](?:openfactory in a process: )?([A-Z]\d\d(?:(?:, | and )[A-Z]\d\d)*)\b/g
    const found = files('test/**/*.test.ts')
      .filter((file) => file !== 'test/repository.test.ts')
      .flatMap((file) =>
        [...read(file).matchAll(title)].flatMap(([, ids = '']) =>
          [...ids.matchAll(/[A-Z]\d\d/g)].map(([id]) => `${id} ${file}`),
        ),
      )
    const listed = rows.flatMap(({ id, tests }) => tests.map((file) => `${id} ${file}`))
    expect([...new Set(found)].sort()).toEqual(listed.sort())
  })
})

describe('writing', () => {
  const prose = (kind: Prose['kind'], text: string): Prose => ({ kind, line: 1, text })

  /** Sentences from the history of this project, one for each banned phrase. */
  const rejected: [kind: Prose['kind'], text: string][] = [
    ['message', 'There is nobody.'],
    ['comment', '// A hash of nothing anybody has keeps the column unique.'],
    ['comment', '// Thereby the cookie is replaced.'],
    ['comment', '/** Refuses newcomers before anything is told about the password. */'],
    ['message', 'Opens the data, and says what came of it'],
    ['comment', '/** A variant adds tables of its own. */'],
    ['comment', '// The choice is theirs alone.'],
    ['comment', '/** The email as it was sent. */'],
    ['title', 'lets one of many have what comes along'],
    ['comment', '// The other files lie beside it.'],
    ['comment', '// A name that is no id fails later.'],
    ['message', 'There are none.'],
    ['comment', '// A limit: so many in so long a time.'],
    ['comment', '// In so short a time, a second attempt is unlikely.'],
    ['comment', '// A file that bears the name of a variant.'],
    ['comment', '/** A cookie that the one who asks cannot read. */'],
    ['comment', '// Those who came without an account are guests.'],
    ['message', 'It cannot be undone, and is meant to be.'],
    ['comment', '/** Says whose it is. */'],
    ['comment', '// A revocation bites at the next request.'],
    ['comment', '// Some patterns run for ever.'],
    ['message', 'The e-mail is taken.'],
    ['comment', '// What has expired is refused.'],
    ['message', 'Whom to sign in as'],
    ['comment', '// Skips what is no id.'],
    ['comment', '// It may arrive twice, and never not at all.'],
    ['comment', '// Keeps none by half.'],
    ['document', 'The address is taken.'],
    ['comment', '/** The user afterwards @throws {AuthError} when deleted */'],
    ['comment', `// ${'much too long '.repeat(9)}`],
    ['title', 'that goes back is never a reason to reject'],
    ['title', 'works'],
  ]

  const accepted: [kind: Prose['kind'], text: string][] = [
    ['message', 'Port 4000 is in use. Pass --port <number>.'],
    ['message', 'No users found.'],
    ['message', 'The email address is already registered.'],
    ['comment', '// The IP address of the client, or null if the transport has none.'],
    ['comment', '/** Runs the same queries for unknown accounts, to avoid a timing oracle. */'],
    [
      'comment',
      '/**\n * Finds a user.\n * @returns undefined for an unknown id\n * @throws {AuthError} wrongRealm\n */',
    ],
    ['comment', '// The key is no longer valid, and there is no way back.'],
    ['document', 'What you get beyond a mock server:'],
    ['document', 'What happens to the other sessions? They end.'],
    ['title', 'rejects a bad signature before checking the counter'],
    ['title', 'R05 revokes the session when a rotated refresh token returns'],
    ['title', '%s keeps every reference inside its own folder'],
  ]

  it.each(rejected)('finds the fault in the %s %j', (kind, text) => {
    expect(findingsIn(prose(kind, text))).not.toEqual([])
  })

  it.each(accepted)('finds no fault in the %s %j', (kind, text) => {
    expect(findingsIn(prose(kind, text))).toEqual([])
  })

  it('has a rejected sample for each banned phrase', () => {
    const untested = [...bannedPhrases, ambiguousAddress].filter(
      (phrase) => !rejected.some(([, text]) => new RegExp(phrase, 'i').test(text.replace(/^\W+/, ''))),
    )
    expect(untested).toEqual([])
  })

  it('finds no fault in the prose of this repository', () => {
    const isOwnSample = (file: string) => /^test\/(?:repository\.test|lint\/writing)\.ts$/.test(file)
    const code = files('{src,test,build,bench,evals,examples}/**/*.{ts,tsx,js,cjs,mjs}')
      .concat('redocly-plugin.js', 'vitest.config.ts', files('build/new/templates/**/*.template'))
      .filter((file) => !isOwnSample(file) && !file.includes('node_modules'))
      .map((file) => ({ file, prose: proseOfCode(join(root, file), file.startsWith('test/')) }))
    // An API without a server may be that of a vendor, with texts of the vendor.
    const ours = `openapi/{_dev,${servedNames}}`
    const templates = 'build/new/templates/**'
    const documents = files(
      `{*.md,bench/*.md,examples/*/*.md,src/*/*.md,evals/**/*.md,${templates}/*.md,${ours}/*.md,${ours}/guides/*.en.md}`,
    ).map((file) => ({
      file,
      prose: proseOfMarkdown(join(root, file)),
    }))
    const contracts = files(`{${ours},${templates}}/**/*.yaml`).map((file) => ({
      file,
      prose: proseOfContract(join(root, file)),
    }))
    const found = [...code, ...documents, ...contracts].flatMap(({ file, prose }) =>
      prose.flatMap(findingsIn).map(({ line, words }) => `${file}:${line} ${words}`),
    )
    expect(found, 'see "Writing" in CONTRIBUTING.md').toEqual([])
  })
})

describe('a test run', () => {
  /**
   * Runs a test file in a Vitest of its process.
   * @param setups names of global setups of this repository
   * @returns the output of Vitest
   */
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

  it('fails when a test fails', async () => {
    const failed = await run('it("is wrong", () => expect(1).toBe(2))', 'postgres.setup.ts')
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('1 failed') })
  })

  it('fails when a test leaves a file or a process behind', async () => {
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

describe('the README', () => {
  const readme = read('README.md')

  it('counts the operations of the APIs that it lists as their home pages do', async () => {
    const rows = readme.matchAll(/^\| .*\(openapi\/(\w+)\/README\.md\) .*\| (\d+) \|$/gm)
    const listed = [...rows].map(([, variant, count]) => ({ variant, operations: Number(count) }))
    const summaries = (await readSummaries(builtInCatalog())).map(({ api, operations }) => ({
      variant: api.name,
      operations,
    }))
    expect(summaries).toEqual(expect.arrayContaining(listed))
    expect(listed.length).toBeGreaterThan(3)
  })

  it('lists all examples', () => {
    const listed = [...readme.matchAll(/^\| \[`(examples\/[\w-]+)`\]\(\1\/README\.md\) \|/gm)].map(
      ([, folder]) => folder,
    )
    expect(listed.sort()).toEqual(files('examples/*/README.md').map(dirname))
  })

  it('starts the project of a sample app with the command of its page', () => {
    const [command = ''] = /^npm create .*$/m.exec(readme) ?? []
    expect(read('src/hub/demo/page.ts')).toContain(command)
    expect(command).toContain('--yes')
  })
})
