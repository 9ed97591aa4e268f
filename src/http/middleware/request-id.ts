import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'

/** Short, and harmless in a log and in a header. */
const accepted = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Gives each request an id, the caller's own if it is acceptable, and sends it back in `X-Request-ID`. Hono's `requestId`
 * also accepts `=`, which the contract of an API excludes.
 */
export function requestId(): MiddlewareHandler<Env> {
  return function requestId(c, next) {
    const sent = c.req.header('x-request-id')
    const id = sent !== undefined && accepted.test(sent) ? sent : newRequestId()
    c.set('requestId', id)
    c.set('headers', { 'x-request-id': id })
    return next()
  }
}

let counter = 0
/** Ids of one process differ in their end, those of two processes in their beginning. */
const start = crypto.randomUUID().replaceAll('-', '').slice(0, 20)
const newRequestId = () => `req_${start}${(counter++).toString(16).padStart(12, '0')}`
