/** Hosts that listen on all network interfaces. */
const wildcards = ['0.0.0.0', '::', '[::]']

/** Returns whether a server with this host listens on all network interfaces. */
export function isWildcard(host: string): boolean {
  return wildcards.includes(host)
}

/** A host name or IP address without a port. `*.` in front stands for all subdomains. */
const hostPattern = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^\[[0-9a-f:.]+\]$/i

/** Returns whether a text can be passed to `allowedHostnames`. */
export function isHostPattern(text: string): boolean {
  return hostPattern.test(text) || isIpAddress(text)
}

/** Returns the host name in a `Host` header, without the port and the dot of a fully qualified name. */
export function hostnameIn(header: string): string {
  return header
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/(?<=[a-z])\.$/, '')
}

/**
 * Returns whether a host name is loopback: 127.0.0.0/8, and `localhost` with its subdomains (RFC 6761,
 * section 6.3). None of them can be rebound.
 */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}

/** Without `node:net`, because sandboxes also run in browsers. */
function isIpAddress(text: string): boolean {
  if (/^[\da-f.]*:[\da-f:.]*$/i.test(text)) return URL.canParse(`http://[${text}]`)
  const octets = text.split('.')
  return (
    octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)
  )
}

/**
 * Creates a function that checks the host name of a request, to prevent DNS rebinding: a website whose domain
 * resolves to this machine would be same-origin with the server, but sends its domain in `Host`.
 * @param host the host that the server listens on
 * @param others further host names of the server, such as `auth.test` or `*.tunnel.example`
 */
export function allowedHostnames(
  host: string,
  others: readonly string[] = [],
): (hostname: string) => boolean {
  const all = [host, ...others].map((name) => name.toLowerCase())
  const names = new Set([...all, ...all.map((name) => `[${name}]`)])
  const suffixes = all.filter((name) => name.startsWith('*.')).map((name) => name.slice(1))
  // IP addresses cannot be rebound, so a server on all interfaces accepts any of them.
  const acceptsAnyIp = isWildcard(host)
  return (hostname) =>
    names.has(hostname) ||
    isLoopback(hostname) ||
    suffixes.some((suffix) => hostname.endsWith(suffix)) ||
    (acceptsAnyIp && isIpAddress(hostname.replace(/^\[|\]$/g, '')))
}
