import type { Answer } from '../../contract/handlers.ts'
import type { Call } from '../../contract/input.ts'
import { addressKey, spend } from '../../core/limits.ts'
import type { Allowance } from '../../core/ports.ts'
import type { Services } from '../variant.ts'
import { limitedByAddress } from './rules.ts'

/**
 * Counts a call before anything in it is looked at.
 * @returns null where nothing is counted
 * @throws {AuthError} rateLimited
 */
export const countCall = async (
  { core, clientOf }: Services,
  { operationId, request }: Call,
): Promise<Allowance | null> =>
  limitedByAddress.includes(operationId) ? spend(core, operationId, addressKey(clientOf(request))) : null

/** An answer that tells where the limit stands. A refusal for too many calls tells only how long to wait. */
export const withAllowance = (answer: Answer, allowance: Allowance | null): Answer =>
  allowance === null || answer.status === 429
    ? answer
    : {
        ...answer,
        headers: {
          'X-RateLimit-Limit': allowance.limit,
          'X-RateLimit-Remaining': allowance.remaining,
          'X-RateLimit-Reset': allowance.retryAfterSeconds,
          ...answer.headers,
        },
      }
