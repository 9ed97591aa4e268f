import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const sources = globSync('src/client/*.ts', { cwd: root }).map((file) => join(root, file))
const guide = join(root, 'src/client/README.md')

/** The compiler options of a frontend project, with the types of the DOM but not of Node. */
const frontend = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
  strict: true,
  noUncheckedSideEffectImports: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  // Resolves the imports of the guide to the sources. `test/package` compiles it with the built package.
  paths: { 'auth-contracts/*': [join(root, 'src/*/index.ts')] },
  skipLibCheck: true,
} satisfies ts.CompilerOptions

/** Shares parsed libraries between programs. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/** Type-checks files, some of which exist only in memory. Returns one line per error. */
const typeErrors = (options: ts.CompilerOptions, files: string[], inMemory = new Map<string, string>()) => {
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile } = host
  host.getSourceFile = (path, ...options) => {
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...options))
    return parsed.get(path)
  }
  host.readFile = (path) => inMemory.get(path) ?? readFile(path)
  host.fileExists = (path) => inMemory.has(path) || fileExists(path)
  const program = ts.createProgram(files, options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}

describe('the client sources', () => {
  test('compiles in a frontend without the types of Node', () => {
    expect(typeErrors(frontend, sources)).toEqual([])
  })

  test('rejects code in a frontend that uses Node', () => {
    const file = join(root, 'src/client/in-memory.ts')
    const text = "import 'node:fs'\nexport const size = Buffer.from(process.argv[0] ?? '').length\n"
    expect(typeErrors(frontend, [file], new Map([[file, text]]))).toHaveLength(3)
  })
})

test('names the missing statuses in the compile error of an incomplete match', () => {
  const file = join(root, 'src/client/incomplete-match.ts')
  const text = `import { createOpenfactoryClient, match } from './index.ts'
    const result = await createOpenfactoryClient({ baseUrl: '' }).GET('/api/auth/session')
    match(result, { 200: () => 0, 401: () => 0, 413: () => 0 })`
  const named = expect.stringMatching(
    /is missing the following properties from type .*: (500, 503|503, 500)$/,
  )
  expect(typeErrors(frontend, [file], new Map([[file, text]]))).toEqual([named])
})

test('names all missing statuses in the compile error, even if most of them are missing', () => {
  const file = join(root, 'src/client/almost-empty-match.ts')
  const text = `import { createBkendClient, match } from './index.ts'
    const result = await createBkendClient({ baseUrl: '', apiKey: '' }).GET('/v1/auth/me')
    match(result, { 200: ({ name }) => name, 401: ({ error }) => error.code })`
  const errors = typeErrors(frontend, [file], new Map([[file, text]]))
  expect(errors).toHaveLength(1)
  const [, statuses = ''] = /'Record<([ |\d]+), \w+>'/.exec(errors[0] ?? '') ?? []
  expect(statuses.split(' | ').sort()).toEqual(['403', '404', '413', '429', '500', '503'])
})

test('compiles every TypeScript snippet of the guide', () => {
  const text = readFileSync(guide, 'utf8')
  const snippets = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  const inMemory = new Map(
    snippets.map((code, index) => [join(root, `src/client/guide-${index}.ts`), `${code}\nexport {}\n`]),
  )
  expect(snippets.length).toBeGreaterThan(5)
  expect(typeErrors(frontend, [...inMemory.keys()], inMemory)).toEqual([])
})
