import { routes } from '../../../generated/bkend/routes.ts'
import type { Allowance, RateLimits } from '../../http/rate-limits.ts'

/** The headers that report a limit. */
export function rateLimitHeaders({ limit, remaining }: Allowance) {
  return { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(remaining) }
}

/** Every request counts, by IP address. */
export const rateLimits: RateLimits = {
  byIp: Object.fromEntries(Object.keys(routes).map((operationId) => [operationId, 'requests'])),
  headers: rateLimitHeaders,
}
