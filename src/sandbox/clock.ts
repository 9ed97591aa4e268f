/** The time that a server goes by, which a development control can move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  /** Milliseconds since whenever, never going back: for windows, which no correction of the clock may prolong. */
  elapsed: () => number
  advance: (seconds: number) => void
}

/** @param system milliseconds since 1970 */
export function createClock(system: () => number = Date.now): Clock {
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
