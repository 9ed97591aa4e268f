import type { MiddlewareHandler } from 'hono'
import { type Env, socketAddress } from '../env.ts'

/**
 * Returns the IP address of a client.
 * @param socket the remote IP address of the connection
 */
export type ReadClientIp = (socket: string | null, headers: Headers) => string | null

/** Safe to write into logs and response headers. */
const acceptedId = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Sets the request id, which `X-Request-ID` of the response repeats, and the IP address of the client.
 *
 * Replaces Hono's `requestId`, which accepts `=` in ids. The pattern of a contract excludes it.
 */
export function requestContext(readClientIp: ReadClientIp = (socket) => socket): MiddlewareHandler<Env> {
  return function requestContext(c, next) {
    const sent = c.req.header('x-request-id')
    const id = sent !== undefined && acceptedId.test(sent) ? sent : newRequestId()
    c.set('requestId', id)
    c.set('headers', { 'x-request-id': id })
    c.set('ip', readClientIp(socketAddress(c), c.req.raw.headers))
    return next()
  }
}

let counter = 0
/** Makes ids of different processes differ. The counter makes ids of one process differ. */
const processPrefix = crypto.randomUUID().replaceAll('-', '').slice(0, 20)
export const newRequestId = () => `req_${processPrefix}${(counter++).toString(16).padStart(12, '0')}`
