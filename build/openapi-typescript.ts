import { bundleInto } from './bundle.ts'

/** Bundles openapi-typescript and the compiler, of which it needs the printer, into the module that imports it. */
export function bundleOpenapiTypescript(): Promise<string[]> {
  return bundleInto('src/codegen/openapi-typescript.js', {
    minify: true,
    // Leaves out its command line and linter.
    treeshake: { moduleSideEffects: false },
  })
}
