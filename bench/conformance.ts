import { readFile } from 'node:fs/promises'
import { contractUrl, type VariantName } from '../generated/index.ts'
import { createContract } from '../src/conformance/contract/contract.ts'
import { testConformance } from '../src/conformance/index.ts'
import type { Pack } from '../src/conformance/test-case.ts'
import { adapters } from '../src/conformance/variants/index.ts'
import { peers } from '../test/kill-score/peers.ts'
import { servedNames } from '../test/support/served.ts'
import { serveInDevelopment } from './servers.ts'
import { type Figure, times } from './table.ts'

/** In seconds. */
const goals = { all: 20, journeys: 6 }

/** Measures the time of the conformance kit on the reference server, and its coverage of the contract. */
export async function measureConformance(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const variant of servedNames) figures.push(...(await measureVariant(variant)))
  return figures
}

async function measureVariant(variant: VariantName): Promise<Figure[]> {
  const { url, stop } = await serveInDevelopment(variant)
  try {
    const journeys = await run(variant, url, ['cases', 'flows'])
    const peerMs = await measurePeers(variant)
    const all = await run(variant, url)
    const { operations, responses } = all.coverage
    const share = responses.covered / responses.total
    return [
      {
        ...figure(`conformance of ${variant}, cases and flows`, journeys.durationMs, goals.journeys),
        peer: `${seconds(peerMs)} (Dredd and respect)`,
        ratio: times(journeys.durationMs / peerMs),
      },
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

/** Runs Dredd and `redocly respect`, each against a new server. Returns their time without its start. */
async function measurePeers(variant: VariantName): Promise<number> {
  let total = 0
  for (const peer of Object.values(peers)) {
    const { url, stop } = await serveInDevelopment(variant)
    try {
      const start = performance.now()
      await peer(variant, url)
      total += performance.now() - start
    } finally {
      await stop()
    }
  }
  return total
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

function figure(what: string, durationMs: number, maxSeconds: number): Figure {
  return {
    ...{ what, ours: seconds(durationMs), peer: '', ratio: '', goal: `at most ${maxSeconds} s` },
    met: durationMs <= maxSeconds * 1000,
  }
}

const seconds = (durationMs: number) => `${(durationMs / 1000).toFixed(1)} s`
