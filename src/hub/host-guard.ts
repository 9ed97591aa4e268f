import type { MiddlewareHandler } from 'hono'
import { problem } from '../mock/problem.ts'
import { allowedHostnames, hostnameIn } from '../server/hosts.ts'

/**
 * Creates a middleware that rejects requests for other host names with 421, to prevent DNS rebinding.
 * @param host the host that the server listens on
 * @param others further host names of the server
 */
export function guardHost(host: string, others: readonly string[] = []): MiddlewareHandler {
  const isOwnName = allowedHostnames(host, others)
  return async (c, next) => rejectHost(c.req.header('host') ?? new URL(c.req.url).host, isOwnName) ?? next()
}

/** Creates the response to a request for another host name; undefined if it is one of the server. */
export function rejectHost(header: string, isOwnName: (hostname: string) => boolean): Response | undefined {
  const name = hostnameIn(header)
  if (isOwnName(name)) return undefined
  const detail = `This server does not accept the host name "${name}". Use localhost, or restart the server with --allow-host ${name}.`
  return problem(421, detail)
}
