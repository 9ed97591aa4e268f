/**
 * Returns whether a host name is loopback, including `localhost` and its subdomains (RFC 6761, section
 * 6.3).
 */
function isLoopback(hostname: string) {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}

/** Returns whether an origin is a page on this machine. The opaque origin `null` is not. */
function isLocalOrigin(origin: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.origin === origin && isLoopback(url.hostname)
}

/**
 * Creates a check whether an origin is trusted.
 * @param trusted URLs of trusted sites; only their origins matter
 * @param options.local whether to trust every page on this machine
 */
export function trustedOrigins(trusted: readonly string[], { local }: { local: boolean }) {
  const origins = new Set(trusted.map((url) => new URL(url).origin))
  return (origin: string): boolean => origins.has(origin) || (local && isLocalOrigin(origin))
}
