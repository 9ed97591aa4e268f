import type { Allowance, Limit, Limiter } from './ports.ts'

interface Options {
  /** Milliseconds since 1970, for what callers are told. */
  now: () => number
  /** Milliseconds since whenever, never going back, for what is decided. */
  elapsed: () => number
  /** How many keys one name may have. The oldest window goes first. */
  maxKeys?: number
}

interface Window {
  count: number
  /** On the clock of `elapsed`. */
  endsAt: number
}

/** Counters in the memory of one process. */
export const createLimiter = ({ now, elapsed, maxKeys = 100_000 }: Options): Limiter => {
  const names = new Map<string, Map<string, Window>>()
  const windowsOf = (name: string) => {
    const windows = names.get(name) ?? new Map<string, Window>()
    names.set(name, windows)
    return windows
  }

  const current = (name: string, key: string, { windowSeconds, aligned }: Limit): Window => {
    const window = names.get(name)?.get(key)
    if (window && window.endsAt > elapsed()) return window
    const length = windowSeconds * 1000
    return { count: 0, endsAt: elapsed() + (aligned ? length - (now() % length) : length) }
  }

  const allowance = (window: Window, { max }: Limit, allowed: boolean): Allowance => {
    const left = Math.max(0, window.endsAt - elapsed())
    return {
      allowed,
      limit: max,
      remaining: Math.max(0, max - window.count),
      resetAt: now() + left,
      retryAfterSeconds: Math.max(1, Math.ceil(left / 1000)),
    }
  }

  return {
    take: async (name, key, limit) => {
      const window = current(name, key, limit)
      if (window.count >= limit.max) return allowance(window, limit, false)
      window.count++
      const windows = windowsOf(name)
      if (window.count === 1) {
        // Set anew, so that the map is in the order in which windows began.
        windows.delete(key)
        windows.set(key, window)
        if (windows.size > maxKeys) drop(windows, elapsed())
      }
      return allowance(window, limit, true)
    },
    look: async (name, key, limit) => {
      const window = current(name, key, limit)
      return allowance(window, limit, window.count < limit.max)
    },
    giveBack: async (name, key) => {
      const window = names.get(name)?.get(key)
      if (window && window.count > 0) window.count--
    },
    clear: async (name, key) => {
      names.get(name)?.delete(key)
    },
  }
}

/** Windows that ended, from the oldest on; the oldest in any case. */
const drop = (windows: Map<string, Window>, elapsed: number) => {
  let isFirst = true
  for (const [key, { endsAt }] of windows) {
    if (!isFirst && endsAt > elapsed) return
    windows.delete(key)
    isFirst = false
  }
}
