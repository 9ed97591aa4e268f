// The build bundles these, together with the TypeScript compiler, into the module that imports them.

export type { GlobalContext, OpenAPI3 } from 'openapi-typescript'
export { astToString, resolveRef, scanDiscriminators, transformSchema } from 'openapi-typescript'
export {
  type CompilerOptions,
  factory,
  findConfigFile,
  getParsedCommandLineOfConfigFile,
  ModuleKind,
  ModuleResolutionKind,
  resolveProjectReferencePath,
} from 'typescript'
