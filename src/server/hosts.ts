import { isIP } from 'node:net'

/** Hosts that listen on all network interfaces. */
const wildcards = ['0.0.0.0', '::', '[::]']

/** Returns the host name in a `Host` header, without the port. */
export function hostnameIn(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, '')
}

/**
 * Creates a check of the host names in requests. It prevents DNS rebinding: a website whose domain resolves
 * to this machine would be same-origin with the server, but sends its domain in `Host`.
 * @param host the host that the server listens on
 * @param others further host names of the server
 */
export function allowedHostnames(
  host: string,
  others: readonly string[] = [],
): (hostname: string) => boolean {
  const all = [host, ...others].map((name) => name.toLowerCase())
  const names = new Set(['localhost', '127.0.0.1', '[::1]', ...all, ...all.map((name) => `[${name}]`)])
  // IP addresses cannot be rebound, so a server on all interfaces accepts any of them.
  const acceptsAnyIp = wildcards.includes(host)
  return (hostname) => names.has(hostname) || (acceptsAnyIp && isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
}
