import type { MiddlewareHandler } from 'hono'
import type { Env } from '../../http/env.ts'
import { respond } from '../../http/reply.ts'
import { hostnameIn } from '../../server/hosts.ts'
import { refusalOf } from './errors.ts'

/**
 * Protects a sandbox from other web pages: requests to a foreign host name are refused (DNS rebinding), and so are requests to
 * the controls, which need no credentials, from pages of other hosts.
 * @param path the base path of the controls
 */
export function guardControls(
  path: string,
  isOwnName: (hostname: string) => boolean,
): MiddlewareHandler<Env> {
  return async function guardControls(c, next) {
    const { raw: request } = c.req
    const url = new URL(request.url)
    const isControl = url.pathname === path || url.pathname.startsWith(`${path}/`)
    const refuse = (message: string) => respond(c, refusalOf('forbidden', message))

    const name = hostnameIn(request.headers.get('host') ?? url.host)
    const what = isControl ? 'the development controls' : 'this server'
    if (!isOwnName(name)) return refuse(`Use localhost to reach ${what}, not ${name}`)

    const origin = request.headers.get('origin')
    if (!isControl || origin === null || isPageOf(origin, isOwnName)) return next()
    return refuse(`Pages of ${origin} may not use the development controls`)
  }
}

function isPageOf(origin: string, isOwnName: (hostname: string) => boolean) {
  return /^https?:\/\//.test(origin) && URL.canParse(origin) && isOwnName(new URL(origin).hostname)
}
