import type { TestCase } from '../../test-case.ts'

/** Creates a test of a journey over several operations. */
export function flow(
  title: string,
  run: TestCase['run'],
  options: Pick<TestCase, 'isExclusive' | 'expectsRateLimit'> = {},
): TestCase {
  return { pack: 'flows', title, writes: true, run, ...options }
}
