import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { renderNotices } from './notices.ts'
import { dist, root } from './root.ts'

/** Bundles Prism's generator and its dependencies into the module that imports it. */
export async function bundlePrism(): Promise<void> {
  const file = join(dist, 'src/mock/prism-http.js')
  const bundle = await rolldown({
    cwd: root,
    input: file,
    platform: 'node',
    // Bundles one of 70 languages.
    resolve: { alias: { '@faker-js/faker': '@faker-js/faker/locale/en' } },
    // A dependency tests for `module` in an ES module.
    checks: { commonJsVariableInEsm: false },
  })
  const { output } = await bundle.write({ file, format: 'esm', codeSplitting: false })
  rmSync(`${file}.map`)
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
  writeFileSync(join(dist, 'THIRD_PARTY_NOTICES.md'), renderNotices(modules))
}
