import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { renderNotices } from './notices.ts'
import { dist, root } from './root.ts'

/** Changes to modules of Prism in the bundle. */
const patches: Plugin[] = [
  // Removes the support for Postman collections, which is half of the code.
  patch(/http-spec\/postman\/operation\.js$/, () => ''),
  // Uses the platform's `fetch`, because node-fetch needs a deprecated module of Node.
  patch(/node-fetch\/lib\/index\.js$/, () => 'exports.default = fetch'),
  // At the top level of a CommonJS module, `this` is `exports`.
  patch(/uri-template-lite/, (code) => code.replaceAll('this.URI', 'exports.URI')),
]

function patch(id: RegExp, handler: (code: string) => string): Plugin {
  return { name: `patch ${id.source}`, transform: { filter: { id }, handler } }
}

/** Bundles Prism and its dependencies into the module that imports it. */
export async function bundlePrism(): Promise<void> {
  const file = join(dist, 'src/mock/prism-http.js')
  const bundle = await rolldown({
    cwd: root,
    input: file,
    platform: 'node',
    plugins: patches,
    resolve: {
      alias: {
        // Bundles one of 70 languages.
        '@faker-js/faker': '@faker-js/faker/locale/en',
        // The bundler cannot follow the imports of its CommonJS build.
        'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
      },
    },
    // A dependency tests for `module` in an ES module.
    checks: { commonJsVariableInEsm: false },
  })
  const { output } = await bundle.write({ file, format: 'esm', codeSplitting: false })
  rmSync(`${file}.map`)
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
  writeFileSync(join(dist, 'THIRD_PARTY_NOTICES.md'), renderNotices(modules))
}
