import type { MiddlewareHandler } from 'hono'
import { problem } from '../mock/problem.ts'
import { hostnameIn, ownNames } from '../server/hosts.ts'

/**
 * Refuses requests that were sent to a name that is not ours.
 * @param host what the server was told to listen on
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
