/** The clock of a server. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number
  /** Monotonic milliseconds for rate limits, which a change of the system clock must not prolong. */
  elapsed: () => number
}

export const systemClock: Clock = { now: Date.now, elapsed: () => performance.now() }
