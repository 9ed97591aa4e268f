import { routes } from '../../../generated/bkend/routes.ts'
import type { Allowance, RateLimits } from '../../http/rate-limits.ts'

export const rateLimitHeaders = ({ limit, remaining }: Allowance) => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
})

/** Every call counts. */
export const rateLimits: RateLimits = {
  byIp: Object.fromEntries(Object.keys(routes).map((operationId) => [operationId, 'requests'])),
  headers: rateLimitHeaders,
}
