import type { MiddlewareHandler } from 'hono'
import type { Call, Env } from '../http/env.ts'
import type { Route } from '../http/handlers.ts'
import { respond } from '../http/reply.ts'
import { hostnameIn, isLoopback } from '../server/hosts.ts'

/**
 * Redirects a browser that starts a sign-in to the host of the public URL, because the provider redirects
 * there, and a cookie of 127.0.0.1 is not sent to localhost (RFC 6265, section 5.1.3). Only between loopback
 * hosts, which all reach this server. Other clients choose which cookies they send, and get the response that
 * the contract declares. Browsers alone name the mode of a request (Fetch Metadata, section 2.3).
 */
export function redirectToPublicHost(publicUrl: string): MiddlewareHandler<Env> {
  const { hostname } = new URL(publicUrl)
  return function redirectToPublicHost(c, next) {
    const { route } = c.get('call') as Call
    const requested = hostnameIn(c.req.header('host') ?? '')
    const isOtherHost = requested !== hostname && isLoopback(requested) && isLoopback(hostname)
    const isNavigation = c.req.header('sec-fetch-mode') === 'navigate'
    if (!isOtherHost || !isNavigation || !redirectsWithCookie(route)) return next()
    const { pathname, search } = new URL(c.req.url)
    return Promise.resolve(
      respond(c, { status: 303, headers: { Location: `${publicUrl}${pathname}${search}` } }),
    )
  }
}

/** Returns whether an operation sets a cookie and redirects, like the start of a sign-in with a provider. */
function redirectsWithCookie({ method, responses }: Route): boolean {
  return Object.entries(responses).some(
    ([status, response]) =>
      method === 'get' &&
      status.startsWith('3') &&
      'headers' in response &&
      response.headers !== undefined &&
      'shape' in response.headers &&
      'Set-Cookie' in (response.headers.shape as object),
  )
}
