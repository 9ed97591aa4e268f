import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { root } from './root.ts'

/**
 * Compiles modules and everything that they import, file by file, without type checks.
 * @param entries paths relative to the root
 * @param exported the entries that get declarations, together with the imports of these declarations
 * @throws {Error} if a declaration cannot be written
 */
export function compile(entries: string[], exported: string[], outDir: string): void {
  const program = ts.createProgram(
    entries.map((file) => join(root, file)),
    {
      ...options(),
      noEmit: false,
      rootDir: root,
      outDir,
      declaration: true,
      sourceMap: true,
      inlineSources: true,
    },
  )
  for (const file of program.getSourceFiles())
    if (!file.isDeclarationFile && /^(src|generated)\/.*\.ts$/.test(pathOf(file.fileName)))
      transpile(program, file, outDir)
  const written = new Set<string>()
  for (const file of exported) declare(program, join(root, file), written)
}

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options
}

const pathOf = (file: string): string => relative(root, file).replaceAll('\\', '/')

function transpile(program: ts.Program, { fileName, text }: ts.SourceFile, outDir: string): void {
  const compilerOptions = { ...program.getCompilerOptions(), module: ts.ModuleKind.ESNext }
  const { outputText, sourceMapText = '' } = ts.transpileModule(text, { compilerOptions, fileName })
  const file = join(outDir, pathOf(fileName).replace(/\.ts$/, '.js'))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, outputText)
  writeFileSync(`${file}.map`, sourceMapText)
}

/**
 * Writes the declarations of a module and their imports. All others would refer to types of bundled
 * libraries.
 */
function declare(program: ts.Program, file: string, written: Set<string>): void {
  if (written.has(file)) return
  written.add(file)
  let text = ''
  const write: ts.WriteFileCallback = (target, content) => {
    text = content
    ts.sys.writeFile(target, content)
  }
  const { diagnostics } = program.emit(program.getSourceFile(file), write, undefined, true)
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost))
  for (const { fileName } of ts.preProcessFile(text).importedFiles)
    if (fileName.startsWith('.')) declare(program, join(dirname(file), fileName), written)
}

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
}
