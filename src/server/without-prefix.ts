/**
 * Removes a prefix from the path of a request.
 * @returns a request with the same method, headers and body
 */
export function withoutPrefix(request: Request, prefix: string): Request {
  const url = new URL(request.url)
  url.pathname = url.pathname.slice(prefix.length)
  if (request.method !== 'TRACE') return new Request(url, request)
  // The constructor throws for TRACE, which servers have to reject with 405.
  const { headers, signal } = request
  return Object.defineProperty(new Request(url, { headers, signal }), 'method', { value: 'TRACE' })
}
