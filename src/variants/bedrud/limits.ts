import type { Answer } from '../../contract/handlers.ts'
import type { Call } from '../../contract/input.ts'
import { addressKey, spend } from '../../core/limits.ts'
import type { Client, Core } from '../../core/ports.ts'
import { limitedByAddress } from './rules.ts'

/** Answers for which no state of the limit is declared. */
const bare = [413, 429, 500, 503]

/**
 * Counts a call and tells the caller where its limit stands.
 * @throws {AuthError} rateLimited
 */
export async function withinLimit(
  core: Core,
  client: Client,
  { operationId }: Call,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  const allowance = limitedByAddress.includes(operationId)
    ? await spend(core, operationId, addressKey(client))
    : null
  const given = await answer()
  if (!allowance || bare.includes(given.status)) return given
  return {
    ...given,
    headers: {
      ...given.headers,
      'X-RateLimit-Limit': allowance.limit,
      'X-RateLimit-Remaining': allowance.remaining,
      'X-RateLimit-Reset': allowance.retryAfterSeconds,
    },
  }
}
