import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { readManifest, root } from './pack.ts'

const { bin, exports, dependencies, peerDependencies = {} } = readManifest(root)

/** The source files of the commands and exports of the package, which `npm run build` compiles. */
const entries = [...Object.values(bin), ...Object.values(exports)]
  .map((target) => (typeof target === 'string' ? target : target.default))
  .filter((file) => file.endsWith('.js'))
  .flatMap((file) => variantNames.map((variant) => file.replace('*', variant)))
  .map((file) => resolve(root, file.replace('dist/', '').replace(/\.js$/, '.ts')))

/** The build bundles the imports of these modules. */
const bundled = ['src/mock/prism-http.ts', 'src/codegen/openapi-typescript.ts'].map((file) =>
  resolve(root, file),
)

it('lists every package that a module of the package imports as a dependency', () => {
  const known = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
  const seen = new Set(entries)
  const unknownImports: string[] = []
  for (const file of seen) {
    if (bundled.includes(file) || !file.endsWith('.ts')) continue
    for (const { fileName: target } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      const name = /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? ''
      if (target.startsWith('.')) seen.add(resolve(dirname(file), target))
      else if (!target.startsWith('node:') && !known.has(name))
        unknownImports.push(`${file} imports ${target}`)
    }
  }
  expect([...seen]).toEqual(expect.arrayContaining(bundled))
  expect(unknownImports).toEqual([])
})
