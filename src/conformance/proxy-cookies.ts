/** Browsers reject names with these prefixes without HTTPS, so they are hidden behind another prefix. */
const securePrefix = /^__(?:host|secure)-/i
const hiddenPrefix = 'proxied'

/**
 * Makes a cookie of the backend usable on the HTTP origin of the proxy: without `Domain`, without `Secure`
 * and what requires it, and with a `Path` below the proxy.
 * @param setCookie one `Set-Cookie` header of the backend
 * @param from the path of the URL of the backend, without a slash at its end
 * @param to the path of the URL of the proxy that replaces it
 */
export function toProxyCookie(setCookie: string, from: string, to: string): string {
  const [pair = '', ...attributes] = setCookie.split(';')
  const name = pair.trimStart()
  const kept = attributes.flatMap((attribute): string[] => {
    const [key = '', value = ''] = attribute.split('=').map((part) => part.trim())
    switch (key.toLowerCase()) {
      case 'domain':
      case 'secure':
      case 'partitioned':
        return []
      case 'samesite':
        return [value.toLowerCase() === 'none' ? ' SameSite=Lax' : attribute]
      case 'path':
        return [` Path=${movePath(value, from, to)}`]
      default:
        return [attribute]
    }
  })
  return [securePrefix.test(name) ? hiddenPrefix + name : pair, ...kept].join(';')
}

/** Restores the names of the backend in the `Cookie` header of a browser. */
export function toBackendCookies(cookie: string): string {
  return cookie
    .split(';')
    .map((pair) => pair.trim())
    .map((pair) =>
      pair.startsWith(hiddenPrefix) && securePrefix.test(pair.slice(hiddenPrefix.length))
        ? pair.slice(hiddenPrefix.length)
        : pair,
    )
    .join('; ')
}

/** A path outside of the backend gets the prefix, too, so that no other page receives the cookie. */
function movePath(path: string, from: string, to: string): string {
  const isInside = path === from || path.startsWith(`${from}/`)
  const rest = isInside ? path.slice(from.length) : path
  return to + (to === '' || rest !== '/' ? rest : '') || '/'
}
