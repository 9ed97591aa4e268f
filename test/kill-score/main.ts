// `npm run kill-score`: the share of deliberate faults that the conformance kit finds.
import { parseArgs } from 'node:util'
import { shuffle } from '../../src/conformance/shuffle.ts'
import type { Mutant } from './mutant.ts'
import { mutants } from './mutants/index.ts'
import { peerNames, runPeers } from './peers.ts'
import { runKit } from './run-mutant.ts'

/** The first failure that each tool reports for a fault, if any. */
interface Verdict {
  mutant: Mutant
  found: Record<string, string | undefined>
}

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    // Judges by Dredd and `redocly respect`, too.
    peers: { type: 'boolean', default: false },
  },
})
const tools = ['kit', ...(values.peers ? peerNames : [])]
const verdicts: Verdict[] = []
const queue = select(mutants).values()
// A run waits for the server about half of the time, so that two share two cores well.
await Promise.all([1, 2].map(judge))
printTable('API', ({ mutant }) => mutant.variant)
printTable('kind', ({ mutant }) => mutant.kind)
if (count(verdicts, 'kit') / verdicts.length < 0.95) process.exitCode = 1

async function judge(): Promise<void> {
  for (const mutant of queue) {
    const start = performance.now()
    const kit = await runKit(mutant)
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5)
    const found: Verdict['found'] = { kit, ...(values.peers && (await runPeers(mutant))) }
    verdicts.push({ mutant, found })
    console.log(`${kit ? 'found ' : 'MISSED'} ${seconds} s  ${mutant.variant}: ${mutant.name}`)
    for (const tool of tools) if (found[tool]) console.log(`                ${tool}: ${found[tool]}`)
  }
}

function select(all: Mutant[]): Mutant[] {
  const { sample, only, seed } = values
  const wanted = all.filter(({ name, variant }) => !only || `${variant} ${name}`.includes(only))
  return sample ? shuffle(wanted, Number(seed)).slice(0, Number(sample)) : wanted
}

function count(group: Verdict[], tool: string): number {
  return group.filter(({ found }) => found[tool] !== undefined).length
}

function printTable(title: string, group: (verdict: Verdict) => string): void {
  console.log(`\n| ${title} | faults | ${tools.join(' | ')} |\n|---|---|${'---|'.repeat(tools.length)}`)
  const groups = [...Map.groupBy(verdicts, group)].sort(([a], [b]) => a.localeCompare(b))
  for (const [name, ofGroup] of [...groups, ['all', verdicts] as const]) {
    const shares = tools.map((tool) => {
      const found = count(ofGroup, tool)
      return `${found} (${((100 * found) / ofGroup.length).toFixed(0)} %)`
    })
    console.log(`| ${name} | ${ofGroup.length} | ${shares.join(' | ')} |`)
  }
}
