import type { Allowance, RateLimit, RateLimiter } from './ports.ts'

// Why not rate-limiter-flexible (11.4): it counts rejected calls, so a refund after a rejection frees
// nothing. Refunding an unknown key goes below zero. It reads Date.now(), which the clock of the sandbox
// cannot move; on SQL, a window that was opened before the clock was set back by a day lasts a day. In
// memory, it bounds neither keys nor timers (300,000 keys took 258 MB).

/** The calls counted for one key. */
export interface RateLimitWindow {
  count: number
  /** In milliseconds, on the clock of the windows. */
  endsAt: number
}

/** The two clocks of the limiter. */
export interface RateLimitClock {
  /** Milliseconds since 1970, for responses and for the ends of aligned windows. */
  now: () => number
  /** Milliseconds of a monotonic clock. */
  elapsed: () => number
}

/** The storage of windows. A window is open until `endsAt`; all methods ignore ended windows. */
export interface RateLimitWindows {
  /**
   * `elapsed` if a single process counts, so that clock steps have no effect; `now` if several processes
   * share windows.
   */
  clock: keyof RateLimitClock
  /**
   * Increments the open window, or stores `newWindow` if none is open. Atomic.
   * @returns the new state; undefined, without a change, if the window has reached `limit.max`
   */
  increment(call: RateLimitCall, newWindow: RateLimitWindow): Promise<RateLimitWindow | undefined>
  /** Returns the open window, if any. */
  find(call: RateLimitCall): Promise<RateLimitWindow | undefined>
  /** Decrements the open window, but not below zero. */
  decrement(name: string, key: string): Promise<void>
  /** Deletes the window. */
  remove(name: string, key: string): Promise<void>
}

/** A call to count. */
export interface RateLimitCall {
  name: string
  key: string
  limit: RateLimit
  /** The time of the call in milliseconds, on the clock of the windows. */
  at: number
}

/** Creates a rate limiter whose windows are kept in memory or in a database. */
export function createRateLimiter(windows: RateLimitWindows, { now, elapsed }: RateLimitClock): RateLimiter {
  const time = windows.clock === 'now' ? now : elapsed
  const toSystemTime = windows.clock === 'now' ? (at: number) => at : systemTimeOf({ now, elapsed })

  const windowEnd = ({ windowSeconds, aligned }: RateLimit) => {
    const length = windowSeconds * 1000
    const at = time()
    return at + (aligned ? length - (toSystemTime(at) % length) : length)
  }

  const toAllowance = (
    { count, endsAt }: RateLimitWindow,
    { max }: RateLimit,
    allowed: boolean,
  ): Allowance => {
    const left = Math.max(0, endsAt - time())
    return {
      allowed,
      limit: max,
      remaining: Math.max(0, max - count),
      resetAt: toSystemTime(endsAt),
      retryAfterSeconds: Math.max(1, Math.ceil(left / 1000)),
    }
  }

  async function peek(name: string, key: string, limit: RateLimit): Promise<Allowance> {
    const open = await windows.find({ name, key, limit, at: time() })
    const window = open ?? { count: 0, endsAt: windowEnd(limit) }
    return toAllowance(window, limit, window.count < limit.max)
  }

  return {
    async consume(name, key, limit) {
      const newWindow = { count: 1, endsAt: windowEnd(limit) }
      const window =
        limit.max > 0 ? await windows.increment({ name, key, limit, at: time() }, newWindow) : undefined
      return window ? toAllowance(window, limit, true) : { ...(await peek(name, key, limit)), allowed: false }
    },
    peek,
    refund: (name, key) => windows.decrement(name, key),
    clear: (name, key) => windows.remove(name, key),
  }
}

/**
 * Converts instants of `elapsed` to system time. The difference between the two clocks jitters by a
 * millisecond, so it is measured once, and again when the system clock has been set. All responses of a
 * window report the same end.
 */
function systemTimeOf({ now, elapsed }: RateLimitClock): (instant: number) => number {
  let offset: number | undefined
  return (instant) => {
    const measured = now() - elapsed()
    if (offset === undefined || Math.abs(measured - offset) >= 1000) offset = measured
    return Math.round(instant + offset)
  }
}
