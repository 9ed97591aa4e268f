/** The time that a server goes by. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  /** Monotonic milliseconds, for windows that a correction of the system clock must not prolong. */
  elapsed: () => number
}

export const systemClock: Clock = { now: Date.now, elapsed: () => performance.now() }
