import type { RateLimit, RateLimiter } from '../core/ports.ts'
import {
  createRateLimiter,
  type RateLimitClock,
  type RateLimitWindow,
  type RateLimitWindows,
} from '../core/rate-limiter.ts'
import { hashOf } from '../core/secrets.ts'
import type { Stored } from './values.ts'

type Query = (text: string, values: Stored[]) => Promise<Stored[][]>

/** Expired windows are deleted once per this number of calls. */
const sweepEvery = 1_000

/** The tolerated clock difference between servers that share a database. */
const skewMs = 60_000

/**
 * Creates a rate limiter whose windows are shared by all servers on one database.
 * @param query runs a statement with `$1`, `$2`, … on a database that has the table `limit_windows`
 * @returns a function that creates the limiter for a clock
 */
export function createSqlRateLimiter(query: Query): (clock: RateLimitClock) => RateLimiter {
  const windows = sqlWindows(query)
  return (clock) => createRateLimiter(windows, clock)
}

function sqlWindows(query: Query): RateLimitWindows {
  let calls = 0
  return {
    clock: 'now',
    async increment({ name, key, limit, at }, opened) {
      if (++calls % sweepEvery === 0) await query('DELETE FROM limit_windows WHERE ends_at <= $1', [at])
      // A single statement, so that it is atomic. It opens, reopens or increments the window, unless the
      // limit is reached.
      const [row] = await query(
        `INSERT INTO limit_windows AS present (key, count, ends_at) VALUES ($1, 1, $2)
         ON CONFLICT (key) DO UPDATE SET
           count = CASE WHEN present.ends_at > $3 AND present.ends_at <= $4 THEN present.count + 1 ELSE 1 END,
           ends_at = CASE WHEN present.ends_at > $3 AND present.ends_at <= $4 THEN present.ends_at ELSE excluded.ends_at END
         WHERE present.ends_at <= $3 OR present.ends_at > $4 OR present.count < $5
         RETURNING count, ends_at`,
        [hashedKey(name, key), opened.endsAt, at, latestEnd(limit, at), limit.max],
      )
      return toWindow(row)
    },
    async find({ name, key, limit, at }) {
      const [row] = await query(
        'SELECT count, ends_at FROM limit_windows WHERE key = $1 AND ends_at > $2 AND ends_at <= $3',
        [hashedKey(name, key), at, latestEnd(limit, at)],
      )
      return toWindow(row)
    },
    async decrement(name, key) {
      await query('UPDATE limit_windows SET count = count - 1 WHERE key = $1 AND count > 0', [
        hashedKey(name, key),
      ])
    },
    async remove(name, key) {
      await query('DELETE FROM limit_windows WHERE key = $1', [hashedKey(name, key)])
    },
  }
}

/**
 * The latest time at which a window opened now can end. A window that ends later was opened before the clock
 * was set back. It counts as expired, otherwise it would last as long as the clock was ahead.
 */
const latestEnd = ({ windowSeconds }: RateLimit, at: number) => at + windowSeconds * 1000 + skewMs

function toWindow(row: Stored[] | undefined): RateLimitWindow | undefined {
  return row && { count: Number(row[0]), endsAt: Number(row[1]) }
}

/** Hashes the key, so that the table contains no emails or IP addresses. */
const hashedKey = (name: string, key: string): string => hashOf(`${name} ${key}`)
