/** Names under which only this machine reaches itself (RFC 6761, section 6.3 for `localhost` and what ends in it). */
function isLoopback(hostname: string) {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}

/** Is this a page of this machine? An origin that hides (`null`) is none. */
function isLocalOrigin(origin: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.origin === origin && isLoopback(url.hostname)
}

/**
 * Which origins a site trusts: those listed and, where it says so, every page of this machine.
 * @param trusted addresses; of each the origin counts
 */
export function trustedOrigins(trusted: readonly string[], { local }: { local: boolean }) {
  const origins = new Set(trusted.map((address) => new URL(address).origin))
  return (origin: string): boolean => origins.has(origin) || (local && isLocalOrigin(origin))
}
