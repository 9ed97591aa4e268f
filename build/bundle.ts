import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type InputOptions, rolldown } from 'rolldown'
import { dist, root } from './root.ts'

/**
 * Bundles the packages that a module imports into the module.
 * @param module its path in the package
 * @returns the file names of the bundled modules
 */
export async function bundleInto(
  module: string,
  { minify = false, ...options }: InputOptions & { minify?: boolean } = {},
): Promise<string[]> {
  const file = join(dist, module)
  const bundle = await rolldown({ cwd: root, input: file, platform: 'node', ...options })
  const { output } = await bundle.write({ file, format: 'esm', codeSplitting: false, minify })
  rmSync(`${file}.map`)
  return output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
}
