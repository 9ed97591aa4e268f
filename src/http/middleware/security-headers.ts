import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'

/**
 * Sets security headers for API responses: no caching, no type sniffing, no framing (ASVS 3.4, 14.3.2).
 *
 * Replaces Hono's `secureHeaders`, which changes finished responses. That takes a tenth of the CPU time of a
 * session check.
 * @param publicUrl the base URL of the server; with https, HSTS is sent
 */
export function securityHeaders(publicUrl: string): MiddlewareHandler<Env> {
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  }
  return function securityHeaders(c, next) {
    Object.assign(c.get('headers'), headers)
    return next()
  }
}
