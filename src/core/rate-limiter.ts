import type { Allowance, RateLimit, RateLimiter } from './ports.ts'

// Why not rate-limiter-flexible (11.4): it counts refused calls, so a refund after a refusal frees nothing; a refund of an
// unknown key goes below zero; it reads Date.now() itself, so no sandbox clock moves it, and on SQL a window opened before
// the clock was set back a day lasts a day; in memory it bounds neither keys nor timers (300,000 keys took 258 MB).

/** The calls counted for one key. */
export interface RateLimitWindow {
  count: number
  /** Milliseconds on the clock of the windows that hold it. */
  endsAt: number
}

export interface RateLimitClock {
  /** Milliseconds since 1970: what callers see, and where aligned windows end. */
  now: () => number
  /** Milliseconds from an arbitrary start; never goes back. */
  elapsed: () => number
}

/** Where windows are kept. A window is open until `endsAt`; every method ignores one that is over. */
export interface RateLimitWindows {
  /** `elapsed` where one process counts, which makes windows immune to clock steps; `now` where several share them. */
  clock: keyof RateLimitClock
  /**
   * Adds one to the open window, or keeps `opened` if there is none. Atomic.
   * @returns the window afterwards; undefined, with nothing changed, where it has reached `limit.max`
   */
  increment(call: RateLimitCall, opened: RateLimitWindow): Promise<RateLimitWindow | undefined>
  /** @returns the open window, if there is one */
  find(call: RateLimitCall): Promise<RateLimitWindow | undefined>
  /** Subtracts one, never below zero. */
  decrement(name: string, key: string): Promise<void>
  remove(name: string, key: string): Promise<void>
}

export interface RateLimitCall {
  name: string
  key: string
  limit: RateLimit
  /** The time of the call, on the clock of the windows. */
  at: number
}

/** The rate limiter over windows in memory or in a database. */
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
      const opened = { count: 1, endsAt: windowEnd(limit) }
      const window =
        limit.max > 0 ? await windows.increment({ name, key, limit, at: time() }, opened) : undefined
      return window ? toAllowance(window, limit, true) : { ...(await peek(name, key, limit)), allowed: false }
    },
    peek,
    refund: (name, key) => windows.decrement(name, key),
    clear: (name, key) => windows.remove(name, key),
  }
}

/**
 * Converts instants of `elapsed` to system time. The difference between the two clocks jitters by a millisecond, so
 * it is measured once, and again when the system clock has been set. All responses of a window report the same end.
 */
function systemTimeOf({ now, elapsed }: RateLimitClock): (instant: number) => number {
  let offset: number | undefined
  return (instant) => {
    const measured = now() - elapsed()
    if (offset === undefined || Math.abs(measured - offset) >= 1000) offset = measured
    return Math.round(instant + offset)
  }
}
