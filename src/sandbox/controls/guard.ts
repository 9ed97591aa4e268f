import type { MiddlewareHandler } from 'hono'
import type { Env } from '../../http/env.ts'
import { respond } from '../../http/reply.ts'
import { hostnameIn } from '../../server/hosts.ts'
import { errorReply } from './errors.ts'

/**
 * Protects a sandbox from other websites. Rejects requests with an unknown host name (DNS rebinding), and
 * requests to the controls from pages of other hosts, because the controls need no credentials.
 * @param path the base path of the controls
 */
export function guardControls(
  path: string,
  isAllowedHost: (hostname: string) => boolean,
): MiddlewareHandler<Env> {
  return async function guardControls(c, next) {
    const { raw: request } = c.req
    const url = new URL(request.url)
    const isControl = url.pathname === path || url.pathname.startsWith(`${path}/`)
    const forbidden = (message: string) => respond(c, errorReply('forbidden', message))

    const name = hostnameIn(request.headers.get('host') ?? url.host)
    const target = isControl ? 'the development controls' : 'this server'
    if (!isAllowedHost(name))
      return forbidden(`Use localhost to reach ${target}, or restart the server with --allow-host ${name}`)

    const origin = request.headers.get('origin')
    if (!isControl || origin === null || isAllowedOrigin(origin, isAllowedHost)) return next()
    return forbidden(`Pages of ${origin} may not use the development controls`)
  }
}

function isAllowedOrigin(origin: string, isAllowedHost: (hostname: string) => boolean) {
  return (
    /^https?:\/\//.test(origin) && URL.canParse(origin) && isAllowedHost(hostnameIn(new URL(origin).host))
  )
}
