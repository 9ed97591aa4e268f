import { parse } from 'hono/utils/cookie'

/** A cookie by name. It expires at a time in milliseconds since 1970. */
export type StoredCookie = [name: string, cookie: { value: string; expiresAt: number }]

/** The cookies that a frontend has from an API. */
export interface CookieJar {
  /** Returns the value of the header `Cookie` of a request, or null. */
  headerFor: (request: Request) => string | null
  /** Stores the cookies of a response. */
  store: (response: Response) => void
  clear: () => void
  list: () => StoredCookie[]
}

/**
 * Creates a cookie jar for one API, whose cookies all have the same host and path. Where a service worker
 * responds, a browser neither stores nor sends cookies.
 * @param now the time of the sandbox, at which cookies expire
 * @param saved the initial cookies
 */
export function createCookieJar(now: () => number, saved: StoredCookie[] = []): CookieJar {
  const cookies = new Map(saved)
  return {
    headerFor(request) {
      const sent = request.headers.get('cookie')
      if (!hasCredentials(request)) return sent
      const explicit = parse(sent ?? '')
      const stored = [...cookies].filter(([name, { expiresAt }]) => expiresAt > now() && !(name in explicit))
      const pairs = [
        ...(sent === null ? [] : [sent]),
        ...stored.map(([name, { value }]) => `${name}=${value}`),
      ]
      return pairs.length > 0 ? pairs.join('; ') : null
    },
    store({ headers }) {
      for (const header of headers.getSetCookie()) {
        const [pair = '', ...attributes] = header.split(/; */)
        const [name = '', ...value] = pair.split('=')
        const maxAge = attributes.find((attribute) => /^max-age=/i.test(attribute))?.slice('max-age='.length)
        const expiresAt = maxAge === undefined ? Number.MAX_SAFE_INTEGER : now() + Number(maxAge) * 1000
        cookies.set(name, { value: value.join('='), expiresAt })
      }
    },
    clear: () => cookies.clear(),
    list: () => [...cookies],
  }
}

/** Tells whether a browser would send cookies (Fetch Standard, HTTP-network-or-cache fetch). */
function hasCredentials({ credentials, url }: Request): boolean {
  if (credentials === 'include') return true
  return credentials === 'same-origin' && globalThis.location?.origin === new URL(url).origin
}
