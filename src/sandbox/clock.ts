import type { Clock } from '../server/clock.ts'

/** A clock that a development control can move. */
export interface MovableClock extends Clock {
  advance: (seconds: number) => void
  /** The difference to the system time. */
  offsetSeconds: () => number
}

/**
 * Creates a movable clock. Moving it back does not move `elapsed` back, so rate limits are not prolonged.
 * @param offsetSeconds the initial difference to the system time
 */
export function createClock(offsetSeconds = 0): MovableClock {
  let offset = offsetSeconds * 1000
  let forward = 0
  return {
    now: () => Date.now() + offset,
    elapsed: () => performance.now() + forward,
    offsetSeconds: () => offset / 1000,
    advance(seconds) {
      offset += seconds * 1000
      forward += Math.max(0, seconds) * 1000
    },
  }
}
