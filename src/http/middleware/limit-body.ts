import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { incompleteBody } from '../body.ts'
import type { Env } from '../env.ts'
import { HttpError } from '../http-error.ts'

/** In bytes. No valid body of these contracts comes close to it. */
export const maxBodyBytes = 64 * 1024

/** In bytes, for bodies with files. They are read into memory. */
export const maxUploadBytes = 10 * 1024 * 1024

/**
 * Rejects bodies that are larger than `maxSize`, with or without a Content-Length.
 *
 * Hono's `bodyLimit` accesses `request.body` first, which makes @hono/node-server build a second request.
 * Bodies with a Content-Length do not need it.
 * @param maxSize in bytes
 * @throws {HttpError} tooLarge, without reading the rest of the body; badRequest, if the body ends early
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
    // The Fetch API gives these methods no body, whatever the client sends (Fetch Standard, section 5.4).
    const isBodyless = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (isBodyless) return next()
    let isRead = false
    try {
      return await limitStream(c, () => {
        // `bodyLimit` has read the body and replaced the request.
        isRead = true
        const call = c.get('call')
        if (call) call.request = c.req.raw
        return next()
      })
    } catch (error) {
      throw isRead || error instanceof HttpError ? error : incompleteBody()
    }
  }
}
