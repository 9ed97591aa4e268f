import type { RateLimiter } from '../../core/ports.ts'
import {
  createRateLimiter,
  type RateLimitClock,
  type RateLimitWindow,
  type RateLimitWindows,
} from '../../core/rate-limiter.ts'

/**
 * Creates a rate limiter in the memory of one process.
 * @param options.maxKeys the maximum number of keys per limit name, so that an attacker with many IP
 *   addresses cannot exhaust memory
 */
export function createMemoryRateLimiter(
  clock: RateLimitClock,
  { maxKeys = 100_000 }: { maxKeys?: number } = {},
): RateLimiter {
  return createRateLimiter(memoryWindows(maxKeys), clock)
}

function memoryWindows(maxKeys: number): RateLimitWindows {
  /** By name, then by key, oldest window first. Windows are immutable: an update replaces the object. */
  const names = new Map<string, Map<string, RateLimitWindow>>()
  const windowsOf = (name: string) => {
    const windows = names.get(name) ?? new Map<string, RateLimitWindow>()
    names.set(name, windows)
    return windows
  }
  const find = (name: string, key: string, at: number) => {
    const window = names.get(name)?.get(key)
    return window && window.endsAt > at ? window : undefined
  }

  return {
    clock: 'elapsed',
    async increment({ name, key, limit, at }, opened) {
      const windows = windowsOf(name)
      const open = find(name, key, at)
      if (open && open.count >= limit.max) return undefined
      const window = open ? { ...open, count: open.count + 1 } : opened
      // A Map keeps the position of an existing key, so delete it first to move the new window to the end.
      if (!open) windows.delete(key)
      windows.set(key, window)
      if (windows.size > maxKeys) evict(windows, at)
      return window
    },
    find: async ({ name, key, at }) => find(name, key, at),
    async decrement(name, key) {
      const windows = windowsOf(name)
      const window = windows.get(key)
      if (window && window.count > 0) windows.set(key, { ...window, count: window.count - 1 })
    },
    async remove(name, key) {
      names.get(name)?.delete(key)
    },
  }
}

/** Removes the oldest window, and the expired windows that directly follow it. */
function evict(windows: Map<string, RateLimitWindow>, at: number): void {
  let isOldest = true
  for (const [key, { endsAt }] of windows) {
    if (!isOldest && endsAt > at) return
    windows.delete(key)
    isOldest = false
  }
}
