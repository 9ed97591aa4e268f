/** How a client selects a named sandbox. */
export const forms = ['path', 'header'] as const
export type Form = (typeof forms)[number]

export interface Client {
  /** Calls a path of the sandbox over HTTP; a body is sent as JSON. Redirects are not followed. */
  call: (method: string, path: string, body?: unknown, headers?: HeadersInit) => Promise<Response>
  /** Calls a development control, and returns the parsed body. */
  control: <Result = unknown>(name: string, body?: unknown) => Promise<Result>
}

/** Creates a client of one named sandbox, or of the default one if it has no name. */
export function createClient(baseUrl: string, name?: string, form: Form = 'path'): Client {
  const base = name !== undefined && form === 'path' ? `${baseUrl}/~${name}` : baseUrl
  const call: Client['call'] = (method, path, body, extra) => {
    const headers = new Headers(extra)
    if (name !== undefined && form === 'header') headers.set('x-sandbox', name)
    if (body !== undefined) headers.set('content-type', 'application/json')
    const text = body === undefined ? null : JSON.stringify(body)
    return fetch(base + path, { method, headers, body: text, redirect: 'manual' })
  }
  return {
    call,
    async control(control, body) {
      const response = await call(body === undefined ? 'GET' : 'POST', `/__dev/${control}`, body)
      if (!response.ok) throw new Error(`/__dev/${control} responded with ${response.status}`)
      return response.json()
    },
  }
}

/** The cookies of a browser, by name and path, without expiry (RFC 6265, section 5). */
export function createCookieJar() {
  const cookies = new Map<string, { pair: string; path: string }>()
  return {
    store({ headers }: Response): void {
      for (const cookie of headers.getSetCookie()) {
        const [pair = '', ...attributes] = cookie.split('; ')
        const path = attributes.find((text) => text.startsWith('Path='))?.slice('Path='.length) ?? '/'
        cookies.set(`${pair.split('=')[0]} ${path}`, { pair, path })
      }
    },
    /** Returns the header for a request to a URL. */
    headerFor(url: string): { cookie?: string } {
      const { pathname } = new URL(url)
      const sent = [...cookies.values()]
        .filter(
          ({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
        )
        .map(({ pair }) => pair)
      return sent.length === 0 ? {} : { cookie: sent.join('; ') }
    },
  }
}
