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
  return async (c, next) => {
    const name = hostnameIn(c.req.header('host') ?? new URL(c.req.url).host)
    if (isOwnName(name)) return next()
    const detail = `This server does not accept the host name "${name}". Use localhost, or restart the server with --allow-host ${name}.`
    return problem(421, detail)
  }
}
