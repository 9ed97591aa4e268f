import { routes } from '../../../generated/bkend/routes.ts'
import type { Allowance, RateLimits } from '../../http/rate-limits.ts'

export function rateLimitHeaders({ limit, remaining }: Allowance) {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
  }
}

/** Every call counts. */
export const rateLimits: RateLimits = {
  byIp: Object.fromEntries(Object.keys(routes).map((operationId) => [operationId, 'requests'])),
  headers: rateLimitHeaders,
}
