import type { Connection } from './connection.ts'
import { resultOf } from './connection.ts'
import { type Duration, parseDuration } from './duration.ts'

/** The clock of a sandbox. */
export interface TestClock {
  /**
   * Moves the clock. Tokens, links, limits and codes expire accordingly.
   * @param by seconds, or a text such as `90s`, `15m`, `1h 30m` or `7d`; at most a year
   * @returns the new time
   * @throws {UserError} if it is not a duration, or longer than a year
   * @example
   * await sandbox.clock.advance('1h')
   */
  advance: (by: Duration) => Promise<Date>
  /** Returns the time of the sandbox. */
  now: () => Promise<Date>
}

export function createTestClock({ controls }: Pick<Connection, 'controls'>): TestClock {
  async function advance(by: Duration) {
    const advanceSeconds = parseDuration(by)
    const { now } = await resultOf(controls.POST('/__dev/clock', { body: { advanceSeconds } }))
    return new Date(now)
  }
  return { advance, now: () => advance(0) }
}
