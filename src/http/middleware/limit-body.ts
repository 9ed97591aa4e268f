import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Env } from '../env.ts'
import { HttpError } from '../http-error.ts'

/** The body of no request in these contracts comes near this many bytes. */
export const maxBodyBytes = 64 * 1024

/**
 * Refuses bodies of more than `maxSize` bytes, with or without a Content-Length. Hono's `bodyLimit` first asks for the body
 * as a stream, which makes @hono/node-server build a second request; where the length is declared, that is left out.
 * @throws {HttpError} tooLarge; the rest of the body is not read then
 */
export function limitBody(maxSize: number): MiddlewareHandler<Env> {
  const tooLarge = () => {
    throw new HttpError({ kind: 'tooLarge' })
  }
  const limitStream = bodyLimit({ maxSize, onError: tooLarge })
  return async function limitBody(c, next) {
    const length = c.req.header('content-length')
    if (length !== undefined && c.req.header('transfer-encoding') === undefined) {
      if (Number(length) > maxSize) tooLarge()
      return next()
    }
    // Requests never have a body with these methods (Fetch Standard, section 5.4), whatever the client sends.
    const isBodyless = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (isBodyless) return next()
    return limitStream(c, () => {
      // Hono's limit has read the body, and put a new request in the place of the old one.
      const call = c.get('call')
      if (call) call.request = c.req.raw
      return next()
    })
  }
}
