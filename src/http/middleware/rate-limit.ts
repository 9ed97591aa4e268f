import type { Context, MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'
import { HttpError } from '../http-error.ts'
import type { CountedKey, RateLimiting } from '../rate-limits.ts'

/**
 * Counts calls of an operation by IP address, before credentials are checked.
 * @param limit the name of the limit
 * @throws {HttpError} rateLimited
 */
export function rateLimit(limit: string, rateLimiting: RateLimiting): MiddlewareHandler<Env> {
  return async function rateLimit(c, next) {
    await consume(c, rateLimiting, [[limit, ipKey(c, rateLimiting)]])
    await next()
  }
}

/** Removes rate limit headers from responses for which the contract does not declare them. */
export function omitRateLimitHeaders(statuses: readonly number[]): MiddlewareHandler<Env> {
  return async function unreportedRateLimit(c, next) {
    await next()
    if (!statuses.includes(c.res.status)) return
    for (const name of [...c.res.headers.keys()])
      if (name.startsWith('x-ratelimit-')) c.res.headers.delete(name)
  }
}

/**
 * Counts a call with missing or invalid credentials by its IP address.
 * @throws {HttpError} rateLimited
 */
export async function countWithoutCredentials(c: Context<Env>, rateLimiting: RateLimiting): Promise<void> {
  const { byIpWithoutCredentials: limit } = rateLimiting.limits
  if (limit) await consume(c, rateLimiting, [[limit, ipKey(c, rateLimiting)]])
}

/**
 * Counts a call by its authenticated caller.
 * @throws {HttpError} rateLimited
 */
export async function countCaller<C extends object>(
  c: Context<Env>,
  rateLimiting: RateLimiting<C>,
  caller: Partial<C>,
  operationId: string,
): Promise<void> {
  const { byCaller } = rateLimiting.limits
  if (byCaller) await consume(c, rateLimiting, byCaller(caller, operationId))
}

/**
 * Consumes one call of each limit. The response headers report the last limit. When a limit is exceeded,
 * the limits before it are refunded.
 */
async function consume<C extends object>(
  c: Context<Env>,
  { limits, counter }: RateLimiting<C>,
  counts: readonly CountedKey[],
): Promise<void> {
  for (const [index, count] of counts.entries()) {
    const allowance = await counter.consume(...count)
    if (!allowance) continue
    Object.assign(c.get('headers'), limits.headers?.(allowance))
    if (allowance.allowed) continue
    for (const earlier of counts.slice(0, index)) await counter.refund(...earlier)
    throw new HttpError({ kind: 'rateLimited', allowance })
  }
}

function ipKey<C extends object>(c: Context<Env>, { counter }: RateLimiting<C>): string {
  return counter.ipKey(c.get('ip'))
}
