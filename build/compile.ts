import { globSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { dist, root } from './root.ts'

/** What `bin` and `exports` of package.json name, as sources. Everything else is compiled because one of these imports it. */
const entries = [
  'src/cli/bin.ts',
  'src/client/index.ts',
  'src/mock/mock.ts',
  'src/server/server.ts',
  'src/server/stub.ts',
  ...globSync('generated/[!_]*/index.ts', { cwd: root }),
]

/** Compiles the package, and the client alone for the package of its own. */
export function compile(): void {
  emit(entries, dist)
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
