/**
 * Removes a prefix from the path of a request.
 * @returns a request with the same method, headers and body
 */
export function withoutPrefix(request: Request, prefix: string): Request {
  if (prefix === '') return request
  const url = urlWithoutPrefix(request.url, prefix)
  if (request.method !== 'TRACE') return new Request(url, request)
  // The constructor throws for TRACE, which servers have to reject with 405.
  const { headers, signal } = request
  return Object.defineProperty(new Request(url, { headers, signal }), 'method', { value: 'TRACE' })
}

/** Removes a prefix from the path of a URL. */
export function urlWithoutPrefix(url: string, prefix: string): URL {
  const changed = new URL(url)
  changed.pathname = changed.pathname.slice(prefix.length)
  return changed
}
