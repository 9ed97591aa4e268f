import type { MiddlewareHandler } from 'hono'
import type { Call, Env } from '../env.ts'
import type { RateLimiting } from '../rate-limits.ts'
import { countCaller, countWithoutCredentials } from './rate-limit.ts'

/** How an API finds out who is calling, and what they may do. */
export interface Authentication<C extends object = object> {
  /**
   * Reads and checks the credentials of a call.
   * @returns what one of the declared ways to authenticate says of the caller, by the name of its security scheme
   * @throws to refuse
   */
  authenticate: (call: Call) => Promise<Partial<C>>
  /** Throws to refuse what this caller may not do. */
  authorize?: (call: Call, caller: Partial<C>) => Promise<void>
}

/**
 * Authenticates a call, counts it, and authorizes it, all before its body is looked at: callers without permission learn
 * nothing about the form of a request.
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
