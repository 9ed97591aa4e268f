import type { RateLimits } from '../../http/rate-limits.ts'
import { limitedByIp } from './rules.ts'

/** Each operation has its own limit, named after it. */
export const rateLimits: RateLimits = {
  byIp: Object.fromEntries(limitedByIp.map((operationId) => [operationId, operationId])),
  headers: ({ limit, remaining, retryAfterSeconds }) => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(retryAfterSeconds),
  }),
  statusesWithoutHeaders: [413, 429, 500, 503],
}
