import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const sources = globSync('src/client/*.ts', { cwd: root }).map((file) => join(root, file))
const guide = join(root, 'src/client/README.md')

/** A TypeScript project as a frontend has it: the types of the DOM, none of Node. */
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
  // Here the guide's imports mean the sources; `test/package` compiles it with the built package.
  paths: { 'auth-contracts/*': [join(root, 'src/*/index.ts')] },
  skipLibCheck: true,
} satisfies ts.CompilerOptions

/** The libraries of the compiler are in every program. */
const known = new Map<string, ts.SourceFile | undefined>()

/** Type-checks files that may exist in memory only; gives one line per complaint. */
const complaints = (options: ts.CompilerOptions, files: string[], inMemory = new Map<string, string>()) => {
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile } = host
  host.getSourceFile = (path, ...how) => {
    if (!known.has(path)) known.set(path, getSourceFile(path, ...how))
    return known.get(path)
  }
  host.readFile = (path) => inMemory.get(path) ?? readFile(path)
  host.fileExists = (path) => inMemory.has(path) || fileExists(path)
  const program = ts.createProgram(files, options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}

describe('the clients', () => {
  test('compile in a frontend, where Node is unknown', () => {
    expect(complaints(frontend, sources)).toEqual([])
  })

  test('would not, if they used anything of Node', () => {
    const file = join(root, 'src/client/in-memory.ts')
    const text = "import 'node:fs'\nexport const size = Buffer.from(process.argv[0] ?? '').length\n"
    expect(complaints(frontend, [file], new Map([[file, text]]))).toHaveLength(3)
  })
})

test('every TypeScript snippet of the guide compiles', () => {
  const text = readFileSync(guide, 'utf8')
  const snippets = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  const inMemory = new Map(
    snippets.map((code, index) => [join(root, `src/client/guide-${index}.ts`), `${code}\nexport {}\n`]),
  )
  expect(snippets.length).toBeGreaterThan(5)
  expect(complaints(frontend, [...inMemory.keys()], inMemory)).toEqual([])
})
