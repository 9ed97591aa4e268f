import type { Allowance } from '../../core/ports.ts'
import type { Answer } from '../../http/handlers.ts'
import type { Call } from '../../http/input.ts'
import { countByAddress } from '../limits.ts'
import type { Services } from '../variant.ts'
import { limitedByAddress } from './rules.ts'

/** Answers for which no state of the limit is declared. */
const bare = [413, 429, 500, 503]

/**
 * Counts a call before anything in it is looked at.
 * @throws {AuthError} rateLimited
 */
export const countCall = (services: Services, call: Call): Promise<Allowance | null> =>
  countByAddress(services, call, limitedByAddress)

/** An answer that tells where its limit stands. */
export const withAllowance = (answer: Answer, allowance: Allowance | null): Answer =>
  !allowance || bare.includes(answer.status)
    ? answer
    : {
        ...answer,
        headers: {
          ...answer.headers,
          'X-RateLimit-Limit': allowance.limit,
          'X-RateLimit-Remaining': allowance.remaining,
          'X-RateLimit-Reset': allowance.retryAfterSeconds,
        },
      }
