import type { MiddlewareHandler } from 'hono'
import { problem } from '../mock/problem.ts'
import { hostnameIn, ownNames } from '../server/hosts.ts'

/**
 * Rejects requests for other host names, to prevent DNS rebinding.
 * @param host the host that the server listens on
 */
export function guardHost(host: string): MiddlewareHandler {
  const isOwnName = ownNames(host)
  return async (c, next) => {
    const name = hostnameIn(c.req.header('host') ?? new URL(c.req.url).host)
    if (isOwnName(name)) return next()
    const detail = `This server does not answer to the name "${name}". It does to localhost; start it with --host ${name} if that is its name.`
    return problem(421, detail)
  }
}
