import { existsSync, readFileSync } from 'node:fs'
import type { CompilerOptions } from './openapi-typescript.ts'

/** The end of relative imports between TypeScript files. */
export type ImportExtension = '.ts' | '.js' | ''

/**
 * Chooses the extension of relative imports between the TypeScript files of a folder by the nearest
 * `tsconfig.json`. Without one, Node, bundlers and tools such as tsx run the files as they are.
 *
 * Projects that allow `.ts` get it, because Node finds the files by no other extension. Of the others, those
 * for bundlers get none, because not every bundler finds a TypeScript file by `.js`, as compilers do.
 */
export async function findImportExtension(folder: string): Promise<ImportExtension> {
  const typescript = await import('./openapi-typescript.ts')
  const { findConfigFile, ModuleKind, ModuleResolutionKind } = typescript
  const file = findConfigFile(folder, existsSync)
  const projects = file === undefined ? [] : readProjects(file, typescript)
  const allowsTs = ({ allowImportingTsExtensions, rewriteRelativeImportExtensions }: CompilerOptions) =>
    allowImportingTsExtensions || rewriteRelativeImportExtensions
  const needsNone = ({ module, moduleResolution }: CompilerOptions) =>
    module === ModuleKind.CommonJS ||
    module === ModuleKind.Preserve ||
    moduleResolution === ModuleResolutionKind.Node10 ||
    moduleResolution === ModuleResolutionKind.Bundler
  if (projects.every(allowsTs)) return '.ts'
  return projects.every(needsNone) ? '' : '.js'
}

/** Reads the options of a project, or those of the projects that it only lists, as in templates of Vite. */
function readProjects(file: string, typescript: typeof import('./openapi-typescript.ts')): CompilerOptions[] {
  const read = (path: string) => typescript.getParsedCommandLineOfConfigFile(path, undefined, host)
  const config = read(file)
  const isList = Array.isArray(config?.raw.files) && config.raw.files.length === 0
  const listed = (isList && config.projectReferences) || []
  const projects = listed.flatMap(
    (reference) => read(typescript.resolveProjectReferencePath(reference)) ?? [],
  )
  return (projects.length > 0 ? projects : [config ?? []].flat()).map(({ options }) => options)
}

/** Reads files, but lists no folders, because only the options of a project matter. */
const host = {
  useCaseSensitiveFileNames: true,
  fileExists: existsSync,
  readFile: (path: string) => readFileSync(path, 'utf8'),
  readDirectory: () => [],
  getCurrentDirectory: () => process.cwd(),
  onUnRecoverableConfigFileDiagnostic: () => {},
}
