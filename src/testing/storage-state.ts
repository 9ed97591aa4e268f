/** A cookie in the format of Playwright. */
export interface BrowserCookie {
  name: string
  value: string
  domain: string
  path: string
  /** Seconds since 1970; -1 for a cookie of the browser session. */
  expires: number
  httpOnly: boolean
  secure: boolean
  sameSite: 'Strict' | 'Lax' | 'None'
}

/** Cookies and `localStorage` of a signed-in browser, for the option `storageState` of Playwright. */
export interface StorageState {
  cookies: BrowserCookie[]
  origins: { origin: string; localStorage: { name: string; value: string }[] }[]
}

/** Parses the cookies of a response. Deleted ones are left out. */
export function readCookies({ headers, url }: Response): BrowserCookie[] {
  return parseCookies(headers.getSetCookie(), url)
}

/**
 * Parses `Set-Cookie` headers. Deleted cookies are left out.
 * @param url the URL of the response
 */
export function parseCookies(setCookie: readonly string[], url: string): BrowserCookie[] {
  const { hostname } = new URL(url)
  return setCookie.flatMap((header) => {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
    const [name, value] = splitAt(pair, '=')
    const values = new Map(
      attributes.map((text) => splitAt(text, '=')).map(([key, text]) => [key.toLowerCase(), text]),
    )
    const expires = expiryOf(values)
    if (expires === 0) return []
    return {
      name,
      value,
      domain: values.get('domain') ?? hostname,
      path: values.get('path') ?? '/',
      expires,
      httpOnly: values.has('httponly'),
      secure: values.has('secure'),
      sameSite: sameSites[values.get('samesite')?.toLowerCase() ?? 'lax'] ?? 'Lax',
    }
  })
}

const sameSites: Record<string, BrowserCookie['sameSite']> = { strict: 'Strict', lax: 'Lax', none: 'None' }

/** Returns 0 for a deleted cookie. */
function expiryOf(attributes: Map<string, string>): number {
  const [maxAge, expires] = [attributes.get('max-age'), attributes.get('expires')]
  const now = Date.now() / 1000
  const end =
    maxAge !== undefined ? now + Number(maxAge) : expires !== undefined ? Date.parse(expires) / 1000 : -1
  return end !== -1 && end <= now ? 0 : end
}

function splitAt(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}
