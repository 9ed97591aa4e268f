import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'
import type { Routes } from '../handlers.ts'
import { respond } from '../reply.ts'

/**
 * Lets pages of trusted origins read responses, including every header that the contract declares (CORS:
 * Fetch Standard, section 3.2).
 *
 * Replaces Hono's `cors`, which sends `Access-Control-*` headers to untrusted origins, responds to every
 * OPTIONS request itself, and changes finished responses, which takes as much CPU time as the rest of a
 * request.
 */
export function cors(allowsOrigin: (origin: string) => boolean, routes: Routes): MiddlewareHandler<Env> {
  const exposed = declaredHeaders(routes).join(',')
  return async function cors(c, next) {
    const origin = c.req.header('origin')
    const isPreflight =
      c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined
    const headers = c.get('headers')
    headers.vary = 'Origin'
    if (origin !== undefined && allowsOrigin(origin)) {
      headers['access-control-allow-origin'] = origin
      headers['access-control-allow-credentials'] = 'true'
      if (isPreflight)
        Object.assign(headers, preflightHeaders(c.req.header('access-control-request-headers')))
      else headers['access-control-expose-headers'] = exposed
    }
    if (isPreflight) return respond(c, { status: 204 })
    return next()
  }
}

function preflightHeaders(requested: string | undefined) {
  return {
    'access-control-allow-methods': 'GET,HEAD,PUT,POST,DELETE,PATCH',
    ...(requested !== undefined && { 'access-control-allow-headers': requested }),
    'access-control-max-age': '600',
    vary: 'Origin, Access-Control-Request-Headers',
  }
}

function declaredHeaders(routes: Routes): string[] {
  const declared = Object.values(routes)
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap((response) =>
      'headers' in response && response.headers ? Object.keys(shapeOf(response.headers)) : [],
    )
  return [...new Set(['X-Request-ID', ...declared])]
    .filter((name) => !unreadableHeaders.includes(name.toLowerCase()))
    .sort()
}

/** Response headers that pages can never read (Fetch Standard, section 2.2.2). */
const unreadableHeaders = ['set-cookie', 'set-cookie2']

const shapeOf = (headers: object) => ('shape' in headers ? (headers.shape as object) : headers)
