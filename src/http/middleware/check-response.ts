import type { MiddlewareHandler } from 'hono'
import type { Call, Env } from '../env.ts'
import { checkHeaders } from '../reply.ts'

/** Compares the headers of each response with the contract, refusals included. For development: it costs time. */
export function checkResponse(): MiddlewareHandler<Env> {
  return async function checkResponse(c, next) {
    await next()
    const { operationId, route } = c.get('call') as Call
    checkHeaders(operationId, route, c.res)
  }
}
