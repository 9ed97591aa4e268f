import type { RateLimits } from '../../http/rate-limits.ts'
import type { Caller } from './authenticate.ts'
import { limitedByAddress } from './rules.ts'

/** Each operation has a limit of its own name; feedback is counted by API key. */
export const rateLimits: RateLimits<Caller> = {
  byIp: Object.fromEntries(limitedByAddress.map((operationId) => [operationId, operationId])),
  byCaller: ({ apiKey }, operationId) =>
    apiKey && operationId === 'createFeedback' ? [['createFeedback', apiKey.id]] : [],
}
