import { toBackendCookies, toProxyCookie } from './proxy-cookies.ts'

/** A backend that requests are passed on to. */
export interface Upstream {
  /** The base URL, without credentials and without a slash at its end. */
  base: string
  /** The header for the credentials of the URL. */
  authorization: string | undefined
}

/** A response of a backend, with its decoded body. */
export interface Received {
  response: Response
  bytes: ArrayBuffer
}

/** Describe one connection only, so they are not passed on (RFC 9110, §7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Apply to the whole origin of the backend, which is not that of the proxy. */
const ofOrigin = ['strict-transport-security', 'alt-svc', 'clear-site-data']

/** Separates the credentials of a URL, because `fetch` forbids them. */
export function toUpstream(baseUrl: string): Upstream {
  const url = new URL(baseUrl)
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  return {
    base: url.href.replace(/\/+$/, ''),
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  }
}

/** Copies the headers of a request, apart from those that `fetch` sets itself. */
export function toBackendHeaders(headers: Headers): Headers {
  const copy = new Headers(headers)
  // `fetch` rejects `Expect`, which concerns the connection of the client.
  for (const name of [...hopByHop, 'host', 'content-length', 'accept-encoding', 'expect']) copy.delete(name)
  const cookie = copy.get('cookie')
  if (cookie !== null) copy.set('cookie', toBackendCookies(cookie))
  return copy
}

/**
 * Sends a request to a backend. Redirects are not followed.
 * @param path the path and query below the base URL
 * @param headers from `toBackendHeaders`
 * @throws {TypeError} with the error of the connection as `cause`, or what aborted the signal
 */
export async function forward(
  { base, authorization }: Upstream,
  {
    method,
    path,
    headers,
    body,
    signal,
  }: { method: string; path: string; headers: Headers; body?: BodyInit; signal?: AbortSignal },
): Promise<Received> {
  const sent = new Headers(headers)
  // `fetch` decodes the body, so no encoding is asked for.
  sent.set('accept-encoding', 'identity')
  if (authorization !== undefined && !sent.has('authorization')) sent.set('authorization', authorization)
  const response = await fetch(base + path, {
    ...{ method, headers: sent, redirect: 'manual' },
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  })
  return { response, bytes: await response.arrayBuffer() }
}

/**
 * Converts the response of a backend to that of the proxy: redirects and cookies lead to the proxy.
 * @param from the base URL of the backend
 * @param to the base URL of the proxy, without a slash at its end
 * @param path the path of the request below both
 */
export function toProxyResponse(
  { response, bytes }: Received,
  { from, to, path }: { from: string; to: string; path: string },
): Response {
  const { status, headers } = response
  const copy = new Headers(headers)
  for (const name of [...hopByHop, ...ofOrigin, 'content-length', 'content-encoding']) copy.delete(name)
  const location = copy.get('location')
  if (location !== null) copy.set('location', toProxyLocation(location, { from, to, path }))
  copy.delete('set-cookie')
  const [oldPath, newPath] = [from, to].map((url) => new URL(url).pathname.replace(/\/$/, ''))
  for (const each of headers.getSetCookie())
    copy.append('set-cookie', toProxyCookie(each, oldPath ?? '', newPath ?? ''))
  // A 204 or 304 has no body, and the constructor refuses one.
  const hasBody = ![101, 204, 205, 304].includes(status)
  return new Response(hasBody ? bytes : null, { status, headers: copy })
}

/** A relative location is one of the backend, too (RFC 9110, §10.2.2). */
function toProxyLocation(
  location: string,
  { from, to, path }: { from: string; to: string; path: string },
): string {
  const target = URL.parse(location, from + path)
  if (!target) return location
  const rest = target.href.slice(from.length)
  if (target.href.startsWith(from) && /^(?:[/?#]|$)/.test(rest)) return to + rest
  return URL.canParse(location) ? location : target.href
}
