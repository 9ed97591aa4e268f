import { addressKey, consume } from '../../core/limits.ts'
import type { Allowance } from '../../core/ports.ts'
import type { Answer } from '../../http/handlers.ts'
import type { Call } from '../../http/input.ts'
import type { Services } from '../variant.ts'

/**
 * Counts a call before anything in it is looked at.
 * @throws {AuthError} rateLimited
 */
export const countCall = ({ core, clientOf }: Services, { request }: Call): Promise<Allowance | null> =>
  consume(core, 'requests', addressKey(clientOf(request)))

/** An answer that tells where a limit stands; one that tells of another limit keeps that. */
export const withAllowance = <A extends Answer>(answer: A, allowance: Allowance | null | undefined): A =>
  allowance
    ? {
        ...answer,
        headers: {
          'X-RateLimit-Limit': allowance.limit,
          'X-RateLimit-Remaining': allowance.remaining,
          ...answer.headers,
        },
      }
    : answer
