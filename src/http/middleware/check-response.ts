import type { MiddlewareHandler } from 'hono'
import type { Call, Env } from '../env.ts'
import { checkHeaders } from '../reply.ts'

/**
 * Checks the headers of each response, including errors, against the contract. Only for development,
 * because it is slow.
 */
export function checkResponse(): MiddlewareHandler<Env> {
  return async function checkResponse(c, next) {
    await next()
    const { operationId, route } = c.get('call') as Call
    checkHeaders(operationId, route, c.res)
  }
}
