import { urlWithoutPrefix } from '../server/without-prefix.ts'
import type { Fetch } from '../testing/connection.ts'

/** A server in the same process, at a URL that nothing listens on. */
export interface InProcessServer {
  /**
   * Handles a request.
   * @param cookie the value of the header `Cookie`
   */
  handle: (request: Request, cookie: string | null) => Promise<Response>
  /** Like the global `fetch`, which gets the requests to all other URLs. Follows no redirects. */
  fetch: Fetch
}

/**
 * Puts an app at a URL.
 * @param url the base URL, without a trailing slash
 * @param app handles requests, whose paths are relative to the base URL
 */
export function serveInProcess(
  url: string,
  app: (request: Request) => Response | Promise<Response>,
): InProcessServer {
  const prefix = new URL(url).pathname.replace(/\/$/, '')

  async function handle(request: Request, cookie: string | null): Promise<Response> {
    return app(await receive(request, urlWithoutPrefix(request.url, prefix), cookie))
  }

  return {
    handle,
    async fetch(input, init) {
      const target = typeof input === 'string' ? input : input.url
      if (target !== url && !target.startsWith(`${url}/`)) return fetch(input, init)
      const cookie = new Headers(init?.headers).get('cookie')
      const response = await handle(new Request(input, init), cookie)
      return Object.defineProperty(response, 'url', { value: target })
    },
  }
}

/** Converts a request of a client to one that a server receives. */
async function receive(request: Request, url: URL, cookie: string | null): Promise<Request> {
  const { method } = request
  const headers = new Headers(request.headers)
  if (cookie !== null) headers.set('cookie', cookie)
  const mayHaveBody = method !== 'GET' && method !== 'HEAD'
  const body = mayHaveBody ? await request.arrayBuffer() : new ArrayBuffer()
  if (mayHaveBody) headers.set('content-length', String(body.byteLength))
  const received = new Request(url, { method, headers, ...(body.byteLength > 0 && { body }) })
  // Browsers remove headers such as `Cookie` from requests that scripts create (Fetch Standard, section 2.2.2).
  return Object.defineProperty(received, 'headers', { value: headers })
}
