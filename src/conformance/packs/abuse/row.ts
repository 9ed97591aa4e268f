import type { CheckName } from '../../finding.ts'
import type { Probe, TestCase } from '../../test-case.ts'
import type { Stage } from '../../world/stage.ts'
import type { Claim } from '../expect.ts'

/** Requirements whose violation costs an account or data. The others are hardening. */
const essential = new Set([
  'E01',
  'E03',
  'P02',
  'P06',
  'J01',
  'H02',
  'I04',
  'B01',
  'L01',
  'D03',
  'A01',
  'A02',
])

/**
 * Creates a test of one security requirement. Violations of hardening are differences, which are failures
 * only in strict mode.
 * @param id the id of the requirement, which every finding carries
 */
export function row(
  id: string,
  title: string,
  run: (probe: Probe, stage: Stage, claim: (check: CheckName, message: string) => Claim) => Promise<void>,
  options: Pick<TestCase, 'isExclusive' | 'expectsRateLimit'> = {},
): TestCase {
  return {
    pack: 'abuse',
    title: `${id} ${title}`,
    writes: true,
    run: (probe, stage) =>
      run(probe, stage, (check, message) => ({
        ...{ check, message, requirement: id },
        ...(!essential.has(id) && { severity: 'difference' as const }),
      })),
    ...options,
  }
}
