/** Where a browser may be redirected after a sign-in. */
export interface RedirectRules {
  /** Tells whether an origin is allowed. Origins have the form that browsers use: `https://app.example`. */
  allowsOrigin: (origin: string) => boolean
  /** The URL against which paths are resolved. If absent, paths are rejected. */
  baseUrl?: string
}

/**
 * Resolves the redirect target that a client requested, to prevent open redirects (RFC 9700, section 4.11).
 * @param requested a path with exactly one leading `/`, or an absolute http(s) URL of an allowed origin
 * @returns the normalized absolute URL; undefined if the target is not allowed
 */
export function resolveRedirect(
  requested: string,
  { allowsOrigin, baseUrl }: RedirectRules,
): string | undefined {
  // Reject characters that browsers drop, convert to a slash or decode differently from servers.
  if (!/^[\x21-\x5b\x5d-\x7e]{1,2048}$/.test(requested) || /%(?:[01][0-9a-f]|7f)/i.test(requested))
    return undefined
  if (requested.startsWith('/')) return baseUrl === undefined ? undefined : resolvePath(requested, baseUrl)
  const authority = /^https?:\/\/([^/?#]+)/i.exec(requested)?.[1]
  if (authority === undefined || !URL.canParse(requested)) return undefined
  const url = new URL(requested)
  // Reject disguised hosts: user info, numeric IP addresses, encoded or repeated dots, default ports.
  if (authority.toLowerCase() !== url.host) return undefined
  return allowsOrigin(url.origin) ? url.href : undefined
}

function resolvePath(path: string, root: string): string | undefined {
  // Reject `//host`, also if encoded repeatedly, because a proxy may decode it once more.
  if (/^\/(?:\/|%(?:25)*(?:2f|5c))/i.test(path) || !URL.canParse(path, root)) return undefined
  const url = new URL(path, root)
  return url.origin === new URL(root).origin && !url.pathname.startsWith('//') ? url.href : undefined
}

/**
 * Gives the target of a redirect a fragment, empty if it has none. Without one, browsers keep the fragment of
 * the URL that they came from (RFC 9110, section 10.2.2), in which an attacker can put a session token.
 */
export function withFragment(target: string): string {
  return target.includes('#') ? target : `${target}#`
}
