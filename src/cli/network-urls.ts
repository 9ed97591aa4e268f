import { networkInterfaces } from 'node:os'
import { isWildcard } from '../server/hosts.ts'

/**
 * Returns the URLs at which other machines reach a server that listens on all interfaces.
 * @param url the URL of the server on this machine
 * @returns one URL per IPv4 address; none if the server listens on a single interface
 */
export function networkUrls(host: string, url: string): string[] {
  if (!isWildcard(host)) return []
  const { port } = new URL(url)
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => `http://${address}:${port}`)
}

/** Returns the lines about the network in the output of a command; empty if other machines have no access. */
export function networkNotice(host: string, url: string): string {
  const urls = networkUrls(host, url)
  if (urls.length === 0) return ''
  // IP addresses cannot be rebound, so they need no permission.
  return `
  On your network: ${urls.join(', ')}
  Other host names need --allow-host <name>.
`
}
