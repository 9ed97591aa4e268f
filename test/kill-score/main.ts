// `npm run kill-score`: the share of deliberate faults that the conformance kit finds.
import { parseArgs } from 'node:util'
import { shuffle } from '../../src/conformance/shuffle.ts'
import type { Mutant } from './mutant.ts'
import { mutants } from './mutants/index.ts'
import { runMutant, type Verdict } from './run-mutant.ts'

const { values } = parseArgs({
  options: { sample: { type: 'string' }, only: { type: 'string' }, seed: { type: 'string', default: '1' } },
})
const verdicts: Verdict[] = []
const queue = select(mutants).values()
// A run waits for the server about half of the time, so that two share two cores well.
await Promise.all([1, 2].map(judge))
printTable('API', ({ mutant }) => mutant.variant)
printTable('kind', ({ mutant }) => mutant.kind)
const missed = verdicts.filter(({ killed }) => !killed).length
if (missed / verdicts.length > 0.05) process.exitCode = 1

async function judge(): Promise<void> {
  for (const mutant of queue) {
    const verdict = await runMutant(mutant)
    verdicts.push(verdict)
    const { killed, by, seconds } = verdict
    console.log(
      `${killed ? 'found ' : 'MISSED'} ${seconds.toFixed(1).padStart(5)} s  ${mutant.variant}: ${mutant.name}`,
    )
    if (by) console.log(`                ${by}`)
  }
}

function select(all: Mutant[]): Mutant[] {
  const { sample, only, seed } = values
  const wanted = all.filter(({ name, variant }) => !only || `${variant} ${name}`.includes(only))
  return sample ? shuffle(wanted, Number(seed)).slice(0, Number(sample)) : wanted
}

function printTable(title: string, group: (verdict: Verdict) => string): void {
  console.log(`\n| ${title} | faults | found | share |\n|---|---|---|---|`)
  const groups = [...Map.groupBy(verdicts, group)].sort(([a], [b]) => a.localeCompare(b))
  for (const [name, ofGroup] of [...groups, ['all', verdicts] as const]) {
    const found = ofGroup.filter(({ killed }) => killed).length
    console.log(
      `| ${name} | ${ofGroup.length} | ${found} | ${((100 * found) / ofGroup.length).toFixed(0)} % |`,
    )
  }
}
