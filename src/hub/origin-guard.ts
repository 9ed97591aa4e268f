import type { MiddlewareHandler } from 'hono'
import { problem } from '../mock/problem.ts'
import { trustedOrigins } from '../server/origins.ts'

/**
 * Creates a middleware that rejects requests of pages from other machines with 403.
 * @param name what the pages may not use, for the message
 */
export function guardOrigin(name: string): MiddlewareHandler {
  const isLocal = trustedOrigins([], { local: true })
  return async (c, next) => {
    const origin = c.req.header('origin')
    // Behind a proxy that terminates TLS, the hub does not know the scheme of its pages.
    const isOwn = origin !== undefined && URL.parse(origin)?.host === new URL(c.req.url).host
    if (origin === undefined || isLocal(origin) || isOwn) return next()
    return problem(403, `Pages of ${origin} may not use this ${name}, only pages of this machine.`)
  }
}
