import { BlockList, isIP } from 'node:net'
import { UserError } from '../common/user-error.ts'
import { memoize } from '../core/memoize.ts'
import { familyOf, parseNetwork } from './networks.ts'

/**
 * Creates a function that returns the IP address of a client: the remote IP address of the socket or,
 * behind trusted proxies, the rightmost untrusted IP address in `X-Forwarded-For`. Entries to its left can
 * be forged.
 * @param trusted IP addresses or networks (`10.0.0.0/8`) of proxies
 * @throws {UserError} when an entry is invalid
 */
export function createClientIpReader(trusted: readonly string[]) {
  const proxies = new BlockList()
  for (const entry of trusted) {
    const network = parseNetwork(entry)
    if (!network)
      throw new UserError(`Trusted proxies: ${entry} is not an IP address or a network such as 10.0.0.0/8.`)
    proxies.addSubnet(...network)
  }
  const isProxy = memoize((ip: string) => isIP(ip) !== 0 && proxies.check(ip, familyOf(ip)), 1_000)

  return (socket: string | null, headers: Headers): string | null => {
    if (trusted.length === 0) return socket === null ? null : normalize(socket)
    const chain = [...(headers.get('x-forwarded-for') ?? '').split(','), ...(socket === null ? [] : [socket])]
      .map((ip) => normalize(ip.trim()))
      .filter(Boolean)
    let current = socket === null ? null : (chain.pop() ?? null)
    while (current !== null && isProxy(current)) {
      const next = chain.pop()
      if (next === undefined || isIP(next) === 0) return current
      current = next
    }
    return current
  }
}

/** Runs on every request, so an IPv4 address, which has no colon, skips the patterns. */
const normalize = (ip: string) => (ip.includes(':') ? unwrapIpv4(withoutPort(ip)) : ip)

/** Some proxies add the port: `192.0.2.1:51234`, `[2001:db8::1]:51234`. */
const withoutPort = (ip: string) => ip.replace(/^(?:\[([^\]]+)\]|(\d+(?:\.\d+){3}))(?::\d+)?$/, '$1$2')

/** Dual-stack sockets report IPv4 clients as IPv4-mapped IPv6 addresses: `::ffff:192.0.2.1`. */
const unwrapIpv4 = (ip: string) => ip.replace(/^::ffff:(?=\d+\.)/i, '')
