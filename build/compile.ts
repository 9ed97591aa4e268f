import { globSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { dist, manifest, root } from './root.ts'

/** What `bin` and `exports` of package.json name, as sources. Everything else is compiled because one of these imports it. */
const entries = [
  'src/cli/bin.ts',
  'src/client/index.ts',
  'src/hub/create-mock.ts',
  'src/server/server.ts',
  'src/server/stub.ts',
  ...globSync('generated/[!_]*/index.ts', { cwd: root }),
]

/** Compiles the package. Declarations are kept of what its exports lead to: the others name types of bundled libraries. */
export function compile(): void {
  emit(entries, dist)
  const targets = Object.values(manifest.exports).filter((target) => typeof target === 'object')
  const roots = targets.flatMap(({ types }) => globSync(types, { cwd: root }))
  const reached = new Set<string>()
  for (const file of roots) reach(join(root, file), reached)
  for (const file of globSync('**/*.d.ts', { cwd: dist }))
    if (!reached.has(join(dist, file))) rmSync(join(dist, file))
}

/** Collects a declaration file with all that it imports. */
function reach(file: string, reached: Set<string>): void {
  if (reached.has(file)) return
  reached.add(file)
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'))
  for (const { fileName } of importedFiles)
    if (fileName.startsWith('.')) reach(join(dirname(file), fileName.replace(/\.ts$/, '.d.ts')), reached)
}

/**
 * Writes JavaScript, declarations and source maps of the files and of all that they import, in the folders of the sources.
 * @throws {Error} when something does not compile
 */
export function emit(files: string[], outDir: string): void {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const program = ts.createProgram(
    files.map((file) => join(root, file)),
    {
      ...options,
      noEmit: false,
      rootDir: root,
      outDir,
      declaration: true,
      sourceMap: true,
      inlineSources: true,
    },
  )
  const { diagnostics } = program.emit()
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics]
  if (problems.length === 0) return
  throw new Error(
    ts.formatDiagnostics(problems, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    }),
  )
}
