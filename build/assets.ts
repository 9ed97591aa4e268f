import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { variantNames } from '../generated/index.ts'
import { dist, root } from './root.ts'

/** Copies the SQL, JSON, YAML, Markdown and sample files that the sources read at run time. */
export function copyAssets(): void {
  const patterns = [
    'src/**/*.sql',
    'src/**/*.schema.json',
    'generated/*/*.json',
    'openapi/*/CHANGELOG.md',
    'openapi/*/flows.arazzo.yaml',
    'openapi/*/guides/*.md',
    'openapi/*/guides/samples/*.ts',
    'src/demo/*/{auth,main}.ts',
  ]
  for (const file of globSync(patterns, { cwd: root })) cpSync(join(root, file), join(dist, file))
}

/**
 * Writes the contracts as JavaScript, because Node 20 warns about JSON imports and some tools do not support
 * them.
 */
export function embedDocuments(): void {
  for (const variant of variantNames) {
    const folder = join(dist, 'generated', variant)
    const json = JSON.stringify(JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8')))
    writeFileSync(
      join(folder, 'document.js'),
      `/** The contract as one OpenAPI 3.1 document. */\nexport const document = JSON.parse(${JSON.stringify(json)})\n`,
    )
    rmSync(join(folder, 'document.js.map'))
  }
}
