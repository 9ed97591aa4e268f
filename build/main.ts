// `npm run build`: writes dist/, the content of the npm package.
import { globSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyAssets, embedDocuments } from './assets.ts'
import { writeClientPackage } from './client-package.ts'
import { compile } from './compile.ts'
import { renderNotices } from './notices.ts'
import { bundleOpenapiTypescript } from './openapi-typescript.ts'
import { bundlePrism } from './prism.ts'
import { renderReferences } from './references.ts'
import { dist, root } from './root.ts'

/** The source files of `exports` in package.json. */
const exported = [
  'src/catalog/config.ts',
  'src/client/index.ts',
  'src/conformance/index.ts',
  'src/http/routes.ts',
  'src/hub/create-mock.ts',
  'src/msw/index.ts',
  'src/sandbox/index.ts',
  'src/server/index.ts',
  'src/server/stub.ts',
  'src/testing/index.ts',
  ...globSync('generated/[!_]*/{index,schemas}.ts', { cwd: root }),
]

/** The modules of web pages. */
const pages = ['src/hub/console/client/main.ts', ...globSync('src/demo/*/demo.ts', { cwd: root })]

const start = performance.now()
rmSync(dist, { recursive: true, force: true })
compile(['src/cli/bin.ts', ...pages, ...exported], exported, dist)
copyAssets()
embedDocuments()
const bundled = await Promise.all([bundlePrism(), bundleOpenapiTypescript()])
writeFileSync(join(dist, 'THIRD_PARTY_NOTICES.md'), renderNotices(bundled.flat()))
await renderReferences()
writeClientPackage()
console.log(`Built dist/ in ${((performance.now() - start) / 1000).toFixed(1)} s.`)
