import type { MiddlewareHandler } from 'hono'
import type { Env } from '../env.ts'

/**
 * Tells browsers that responses are data: not to sniff their type, not to store them, and to show them in no page
 * (ASVS 3.4, 14.3.2). Ours instead of Hono's `secureHeaders`, which writes into the finished response, at a tenth of the CPU
 * time of a session check.
 * @param publicUrl where the server is reached; behind TLS it insists on TLS
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
