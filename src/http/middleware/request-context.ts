import type { MiddlewareHandler } from 'hono'
import { type Env, socketAddress } from '../env.ts'

/** @returns the IP address of a client, given the other end of its socket */
export type ClientAddress = (socket: string | null, headers: Headers) => string | null

/** Short, and harmless in a log and in a header. */
const acceptedId = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Finds out what all later steps need to know of a request: its id, which goes back in `X-Request-ID`, and the IP address of
 * its client. Hono's `requestId` also accepts `=`, which the contract of an API excludes.
 */
export function requestContext(clientAddress: ClientAddress = (socket) => socket): MiddlewareHandler<Env> {
  return function requestContext(c, next) {
    const sent = c.req.header('x-request-id')
    const id = sent !== undefined && acceptedId.test(sent) ? sent : newRequestId()
    c.set('requestId', id)
    c.set('headers', { 'x-request-id': id })
    c.set('ip', clientAddress(socketAddress(c), c.req.raw.headers))
    return next()
  }
}

let counter = 0
/** Ids of one process differ in their end, those of two processes in their beginning. */
const start = crypto.randomUUID().replaceAll('-', '').slice(0, 20)
const newRequestId = () => `req_${start}${(counter++).toString(16).padStart(12, '0')}`
