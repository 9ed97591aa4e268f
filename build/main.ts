// `npm run build`: writes dist/, which is what the npm package contains.
import { rmSync } from 'node:fs'
import { copyAssets, embedDocuments } from './assets.ts'
import { writeClientPackage } from './client-package.ts'
import { compile } from './compile.ts'
import { bundlePrism } from './prism.ts'
import { renderReferences } from './references.ts'
import { dist } from './root.ts'

const start = performance.now()
rmSync(dist, { recursive: true, force: true })
compile()
copyAssets()
embedDocuments()
await Promise.all([bundlePrism(), renderReferences()])
writeClientPackage()
console.log(`Built dist/ in ${((performance.now() - start) / 1000).toFixed(1)} s.`)
