import { bundleInto } from './bundle.ts'

/** Bundles openapi-typescript, and the compiler whose printer it needs, into the module that imports it. */
export function bundleOpenapiTypescript(): Promise<string[]> {
  return bundleInto('src/codegen/openapi-typescript.js', {
    minify: true,
    // Leaves out its command line and linter.
    treeshake: { moduleSideEffects: false },
    // The compiler looks for its own file, which it does not need to print types.
    transform: { define: { __filename: '""', __dirname: '""' } },
  })
}
