import type { RateLimits } from '../../http/rate-limits.ts'
import type { Caller } from './authenticate.ts'
import { ipLimitedOperations } from './rules.ts'

/** Each limit is named after its operation. Feedback counts by API key, all others by IP address. */
export const rateLimits: RateLimits<Caller> = {
  byIp: Object.fromEntries(ipLimitedOperations.map((operationId) => [operationId, operationId])),
  byCaller: ({ apiKey }, operationId) =>
    apiKey && operationId === 'createFeedback' ? [['createFeedback', apiKey.id]] : [],
}
