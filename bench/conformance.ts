import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName, variantNames } from '../generated/index.ts'
import { createContract } from '../src/conformance/contract/contract.ts'
import { testConformance } from '../src/conformance/index.ts'
import type { Pack } from '../src/conformance/test-case.ts'
import { adapters } from '../src/conformance/variants/index.ts'
import { serveInDevelopment } from './servers.ts'
import type { Figure } from './table.ts'

/** In seconds. */
const goals = { all: 20, journeys: 6 }

/** Measures the time of the conformance kit on the reference server, and its coverage of the contract. */
export async function measureConformance(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const variant of variantNames) figures.push(...(await measureVariant(variant)))
  return figures
}

async function measureVariant(variant: VariantName): Promise<Figure[]> {
  const { url, stop } = await serveInDevelopment(variant)
  try {
    const journeys = await run(variant, url, ['cases', 'flows'])
    const all = await run(variant, url)
    const { operations, responses } = all.coverage
    const share = responses.covered / responses.total
    return [
      figure(`conformance of ${variant}, cases and flows`, journeys.durationMs, goals.journeys),
      figure(`conformance of ${variant}, everything`, all.durationMs, goals.all),
      {
        what: `coverage of ${variant}`,
        ours: `${operations.covered} of ${operations.total} operations, ${(100 * share).toFixed(1)} % of responses`,
        peer: '',
        ratio: '',
        goal: 'all, 95 %',
        met: operations.covered === operations.total && share >= 0.95,
      },
    ]
  } finally {
    await stop()
  }
}

/** @throws {Error} if the reference server fails a test */
async function run(variant: VariantName, url: string, packs?: Pack[]) {
  const text = await readFile(contractUrl(variant), 'utf8')
  const contract = createContract(variant, JSON.parse(text), text)
  const report = await testConformance({
    ...{ contract, adapter: adapters[variant], url, strict: true },
    ...(packs && { packs }),
  })
  const [first] = report.failures
  if (first) throw new Error(`${variant} fails: ${first.finding.message}`)
  return report
}

function figure(what: string, durationMs: number, seconds: number): Figure {
  return {
    ...{
      what,
      ours: `${(durationMs / 1000).toFixed(1)} s`,
      peer: '',
      ratio: '',
      goal: `at most ${seconds} s`,
    },
    met: durationMs <= seconds * 1000,
  }
}
