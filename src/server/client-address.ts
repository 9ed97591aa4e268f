import { BlockList, isIP } from 'node:net'
import { UserError } from '../common/user-error.ts'
import { memoize } from '../core/memoize.ts'
import { familyOf, parseNetwork } from './networks.ts'

/**
 * Who sent a request: the other end of the socket, unless that is a proxy of our own. Then it is the nearest address in
 * `X-Forwarded-For` that is none of ours, for everything further left is whatever somebody claims.
 * @param trusted addresses, or networks such as `10.0.0.0/8`
 * @throws {UserError} for anything else
 */
export function clientAddress(trusted: readonly string[]) {
  const proxies = new BlockList()
  for (const entry of trusted) {
    const network = parseNetwork(entry)
    if (!network)
      throw new UserError(
        `Trusted proxies: ${entry} is neither an IP address nor a network such as 10.0.0.0/8.`,
      )
    proxies.addSubnet(...network)
  }
  // The same few proxies send one request after another.
  const isProxy = memoize(
    (address: string) => isIP(address) !== 0 && proxies.check(address, familyOf(address)),
    1_000,
  )

  return (socket: string | null, headers: Headers): string | null => {
    if (trusted.length === 0) return socket === null ? null : plain(socket)
    const chain = [...(headers.get('x-forwarded-for') ?? '').split(','), ...(socket === null ? [] : [socket])]
      .map((address) => plain(address.trim()))
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

/** Sockets that take both families show an IPv4 address inside an IPv6 one. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')
