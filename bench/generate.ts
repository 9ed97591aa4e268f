import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { variantNames } from '../generated/index.ts'
import { timeNode } from './process.ts'
import { type Figure, median, milliseconds, times } from './table.ts'

/** Compares `npm run generate` with the commands of the same tools, which generate no routes. */
export async function measureGenerate(): Promise<Figure[]> {
  const ours = median([await generate(), await generate(), await generate()])
  const peer = await runPeers()
  return [
    {
      what: `generate, ${variantNames.length} contracts`,
      ours: milliseconds(ours),
      peer: `${milliseconds(peer)} (redocly bundle + openapi-typescript + openapi-ts)`,
      ratio: times(ours / peer),
      goal: 'at most 3000 ms',
      met: ours <= 3000,
    },
  ]
}

const generate = () => timeNode(['src/codegen/main.ts'])

const redocly = 'node_modules/@redocly/cli/bin/cli.js'
const openapiTypescript = 'node_modules/openapi-typescript/bin/cli.js'
const openapiTs = 'bench/node_modules/@hey-api/openapi-ts/bin/run.js'

async function runPeers(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'auth-contracts-bench-'))
  try {
    // An empty configuration, because openapi-typescript does not know the lint rules of this repository.
    const config = ['--redocly', join(directory, 'redocly.yaml')]
    writeFileSync(join(directory, 'redocly.yaml'), '{}')
    let total = 0
    for (const variant of variantNames) {
      const bundle = join(directory, `${variant}.json`)
      total += await timeNode([redocly, 'bundle', `openapi/${variant}/openapi.yaml`, '-o', bundle])
      total += await timeNode([openapiTypescript, bundle, ...config, '-o', join(directory, `${variant}.ts`)])
      total += await timeNode([openapiTs, '-s', '-i', bundle, '-o', join(directory, variant), '-p', 'zod'])
    }
    return total
  } finally {
    rmSync(directory, { recursive: true })
  }
}
