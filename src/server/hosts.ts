import { isIP } from 'node:net'

/** Addresses that stand for every interface of the machine. */
const wildcards = ['0.0.0.0', '::', '[::]']

/** The name in a `Host` header, without its port. */
export function hostnameIn(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, '')
}

/**
 * Which names are this server's own. A page elsewhere can let its own name point to this machine and would then be
 * same-origin with it (DNS rebinding); its name in `Host` is what gives it away.
 * @param host what the server was told to listen on
 * @param others further names that lead here
 */
export function ownNames(host: string, others: readonly string[] = []): (hostname: string) => boolean {
  const all = [host, ...others].map((name) => name.toLowerCase())
  const names = new Set(['localhost', '127.0.0.1', '[::1]', ...all, ...all.map((name) => `[${name}]`)])
  // An address as such cannot be rebound, so a server that listens everywhere answers to all of the machine's.
  const anyAddress = wildcards.includes(host)
  return (hostname) => names.has(hostname) || (anyAddress && isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
}
