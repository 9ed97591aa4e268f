/** Where browsers may be sent at the end of a redirect dance. */
export interface RedirectRules {
  /** May an address of this origin be named? It is asked for in the form that browsers write: `https://app.example`. */
  allowsOrigin: (origin: string) => boolean
  /** What a path without origin is below of; without it, a path is refused. */
  baseUrl?: string
}

/**
 * The address to send a browser to, or undefined for one that must not be followed (RFC 9700, section 4.11).
 * @param requested a path that begins with exactly one `/`, or an absolute http(s) address of an allowed origin
 * @returns the address in absolute and normal form
 */
export function resolveRedirect(
  requested: string,
  { allowsOrigin, baseUrl }: RedirectRules,
): string | undefined {
  // What browsers drop, turn into a slash or decode differently from servers has no place in an address.
  if (!/^[\x21-\x5b\x5d-\x7e]{1,2048}$/.test(requested) || /%(?:[01][0-9a-f]|7f)/i.test(requested))
    return undefined
  if (requested.startsWith('/')) return baseUrl === undefined ? undefined : resolvePath(requested, baseUrl)
  const authority = /^https?:\/\/([^/?#]+)/i.exec(requested)?.[1]
  if (authority === undefined || !URL.canParse(requested)) return undefined
  const url = new URL(requested)
  // Written otherwise than it is meant: user info, numbers for addresses, encoded or doubled dots, default ports.
  if (authority.toLowerCase() !== url.host) return undefined
  return allowsOrigin(url.origin) ? url.href : undefined
}

function resolvePath(path: string, root: string): string | undefined {
  // `//host` and its encoded forms, however often: something on the way may decode it once more.
  if (/^\/(?:\/|%(?:25)*(?:2f|5c))/i.test(path) || !URL.canParse(path, root)) return undefined
  const url = new URL(path, root)
  return url.origin === new URL(root).origin && !url.pathname.startsWith('//') ? url.href : undefined
}
