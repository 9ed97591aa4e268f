import type { CheckName } from '../../finding.ts'
import type { Probe, TestCase } from '../../test-case.ts'
import type { Stage } from '../../world/stage.ts'
import type { Claim } from '../expect.ts'

/**
 * Creates a test of one security requirement.
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
    run: (probe, stage) => run(probe, stage, (check, message) => ({ check, message, requirement: id })),
    ...options,
  }
}
