import type { RateLimits } from '../../http/rate-limits.ts'
import { limitedByAddress } from './rules.ts'

/** Each operation has a limit of its own name. */
export const rateLimits: RateLimits = {
  byIp: Object.fromEntries(limitedByAddress.map((operationId) => [operationId, operationId])),
  headers: ({ limit, remaining, retryAfterSeconds }) => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(retryAfterSeconds),
  }),
  unreportedStatuses: [413, 429, 500, 503],
}
