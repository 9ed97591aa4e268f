import { expect, test } from 'vitest'
import { shuffle } from '../../src/conformance/shuffle.ts'
import { mutants } from './mutants/index.ts'
import { runKit } from './run-mutant.ts'

/** `npm run kill-score` runs all faults. */
const sample = shuffle(mutants, 1).slice(0, 10)

test.each(sample.map((mutant) => [mutant.variant, mutant.name, mutant] as const))(
  'finds the fault in a server of %s: %s',
  async (_variant, _name, mutant) => {
    expect(await runKit(mutant)).toBeDefined()
  },
)
