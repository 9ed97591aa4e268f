import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { problem } from '../mock/problem.ts'

/** Addresses that stand for every interface of the machine. */
const WILDCARDS = ['0.0.0.0', '::', '[::]']

/**
 * Refuses requests that were sent to a name that is not ours. A page elsewhere can let its own name point to this machine
 * and would then be same-origin with it (DNS rebinding); its name in `Host` is what gives it away.
 * @param host what the server was told to listen on
 */
export function guardHost(host: string): MiddlewareHandler {
  const names = new Set(['localhost', '127.0.0.1', '[::1]', host.toLowerCase(), `[${host.toLowerCase()}]`])
  // An address as such cannot be rebound, so a server that listens everywhere answers to all of the machine's.
  const anyAddress = WILDCARDS.includes(host)
  return async (c, next) => {
    const name = hostname(c.req.header('host') ?? new URL(c.req.url).host)
    if (names.has(name) || (anyAddress && isIP(name.replace(/^\[|\]$/g, '')))) return next()
    const detail = `This server does not answer to the name "${name}". It does to localhost; start it with --host ${name} if that is its name.`
    return problem(421, detail)
  }
}

/** The name in a `Host` header, without its port. */
const hostname = (header: string) => header.toLowerCase().replace(/:\d*$/, '')
