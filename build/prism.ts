import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { noticesOf } from './notices.ts'
import { dist, root } from './root.ts'

/** Modules of Prism that a bundle needs in another form. */
const patches: Plugin[] = [
  // Postman collections are half of its weight, and only OpenAPI is read here.
  patch(/http-spec\/postman\/operation\.js$/, () => ''),
  // The platform's own; this one needs a module that Node has deprecated.
  patch(/node-fetch\/lib\/index\.js$/, () => 'exports.default = fetch'),
  // In CommonJS, `this` is `exports` at the top of a module.
  patch(/uri-template-lite/, (code) => code.replaceAll('this.URI', 'exports.URI')),
]

function patch(id: RegExp, handler: (code: string) => string): Plugin {
  return { name: `patch ${id.source}`, transform: { filter: { id }, handler } }
}

/** Bundles Prism, with all that it needs, into the one module that imports it. */
export async function bundlePrism(): Promise<void> {
  const file = join(dist, 'src/mock/prism-http.js')
  const bundle = await rolldown({
    cwd: root,
    input: file,
    platform: 'node',
    plugins: patches,
    resolve: {
      alias: {
        // The only one of 70 languages that is used.
        '@faker-js/faker': '@faker-js/faker/locale/en',
        // Its CommonJS form hides its imports.
        'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
      },
    },
    // A dependency uses `module` in an ES module; it asks whether it is there.
    checks: { commonJsVariableInEsm: false },
  })
  const { output } = await bundle.write({ file, format: 'esm', codeSplitting: false })
  rmSync(`${file}.map`)
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
  writeFileSync(join(dist, 'THIRD_PARTY_NOTICES.md'), noticesOf(modules))
}
