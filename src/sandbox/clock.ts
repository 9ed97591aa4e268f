import type { Clock } from '../server/clock.ts'

/** A clock that a development control can move. */
export interface MovableClock extends Clock {
  advance: (seconds: number) => void
}

/**
 * Creates a movable clock. Moving it back does not move `elapsed` back, so rate limits are not prolonged.
 * @param system the system time in milliseconds since 1970
 */
export function createClock(system: () => number = Date.now): MovableClock {
  let offset = 0
  let forward = 0
  return {
    now: () => system() + offset,
    elapsed: () => performance.now() + forward,
    advance(seconds) {
      offset += seconds * 1000
      forward += Math.max(0, seconds) * 1000
    },
  }
}
