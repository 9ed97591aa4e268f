import type { Allowance, Limit, Limiter } from '../core/ports.ts'
import { hashOf } from '../core/secrets.ts'
import type { Stored } from './values.ts'

type Query = (text: string, values: Stored[]) => Promise<Stored[][]>

/** Windows that have ended are cleared away after so many calls. */
const sweepEvery = 1_000

/** Clocks of servers that share a database may be this far apart. */
const skewMs = 60_000

/**
 * Counters that all servers on one database share. One statement decides: the row is made, counted up, begun anew, or, where
 * the limit is reached, left alone. A window that ends later than any that begins now was begun before the clock was set back;
 * it counts as over, or it would last for as long as the clock was wrong.
 * @param query runs a statement with `$1`, `$2`, ... on a database that has the table `limit_windows`
 * @returns given a clock, the limiter
 */
export const createSharedLimiter =
  (query: Query) =>
  ({ now }: { now: () => number }): Limiter => {
    let calls = 0

    async function take(name: string, key: string, limit: Limit): Promise<Allowance> {
      if (++calls % sweepEvery === 0) await query('DELETE FROM limit_windows WHERE ends_at <= $1', [now()])
      const id = idOf(name, key)
      const [taken] =
        limit.max === 0
          ? []
          : await query(
              `INSERT INTO limit_windows AS present (key, count, ends_at) VALUES ($1, 1, $2)
               ON CONFLICT (key) DO UPDATE SET
                 count = CASE WHEN present.ends_at > $3 AND present.ends_at <= $4 THEN present.count + 1 ELSE 1 END,
                 ends_at = CASE WHEN present.ends_at > $3 AND present.ends_at <= $4 THEN present.ends_at ELSE excluded.ends_at END
               WHERE present.ends_at <= $3 OR present.ends_at > $4 OR present.count < $5
               RETURNING count, ends_at`,
              [id, endOf(limit), now(), latestEnd(limit), limit.max],
            )
      if (!taken) return { ...(await look(name, key, limit)), allowed: false }
      return allowance(limit, Number(taken[0]), Number(taken[1]), true)
    }

    async function look(name: string, key: string, limit: Limit): Promise<Allowance> {
      const [found] = await query(
        'SELECT count, ends_at FROM limit_windows WHERE key = $1 AND ends_at > $2 AND ends_at <= $3',
        [idOf(name, key), now(), latestEnd(limit)],
      )
      const count = Number(found?.[0] ?? 0)
      return allowance(limit, count, Number(found?.[1] ?? endOf(limit)), count < limit.max)
    }

    const latestEnd = ({ windowSeconds }: Limit) => now() + windowSeconds * 1000 + skewMs

    const endOf = ({ windowSeconds, aligned }: Limit) => {
      const length = windowSeconds * 1000
      return now() + (aligned ? length - (now() % length) : length)
    }

    const allowance = ({ max }: Limit, count: number, endsAt: number, allowed: boolean): Allowance => {
      const left = Math.max(0, endsAt - now())
      return {
        allowed,
        limit: max,
        remaining: Math.max(0, max - count),
        resetAt: now() + left,
        retryAfterSeconds: Math.max(1, Math.ceil(left / 1000)),
      }
    }

    return {
      take,
      look,
      async giveBack(name, key) {
        await query('UPDATE limit_windows SET count = count - 1 WHERE key = $1 AND count > 0', [
          idOf(name, key),
        ])
      },
      async clear(name, key) {
        await query('DELETE FROM limit_windows WHERE key = $1', [idOf(name, key)])
      },
    }
  }

/** Addresses of people and machines are nobody's business who reads the table. */
const idOf = (name: string, key: string): string => hashOf(`${name} ${key}`)
