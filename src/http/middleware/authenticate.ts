import type { MiddlewareHandler } from 'hono'
import type { Call, Env } from '../env.ts'
import type { RateLimiting } from '../rate-limits.ts'
import { countCaller, countWithoutCredentials } from './rate-limit.ts'

/** The authentication and authorization of an API. */
export interface Authentication<C extends object = object> {
  /**
   * Verifies the credentials of a call.
   * @returns the caller, by the name of the security scheme that was used
   * @throws {Error} when credentials are missing or invalid
   */
  authenticate: (call: Call) => Promise<Partial<C>>
  /**
   * Checks the permissions of the caller.
   * @throws {Error} when a permission is missing
   */
  authorize?: (call: Call, caller: Partial<C>) => Promise<void>
}

/**
 * Authenticates a call, applies the rate limits of the caller, and authorizes it. Runs before validation,
 * so that callers without permission learn nothing about the request schema.
 */
export function authenticate<C extends object>(
  authentication: Authentication<C>,
  rateLimiting?: RateLimiting<C>,
): MiddlewareHandler<Env> {
  return async function authenticateCall(c, next) {
    const call = c.get('call') as Call
    let caller: Partial<C>
    try {
      caller = await authentication.authenticate(call)
    } catch (error) {
      if (rateLimiting) await countWithoutCredentials(c, rateLimiting)
      throw error
    }
    if (rateLimiting?.limits.byCaller) await countCaller(c, rateLimiting, caller, call.operationId)
    await authentication.authorize?.(call, caller)
    c.set('caller', caller)
    await next()
  }
}
