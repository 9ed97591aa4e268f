/** What a caller may call a request: short, and harmless in a log and in a header. */
const sane = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Gives a request its id: the caller's own, if it is sane, or a new one. Whoever reads `X-Request-ID` from now on finds it.
 * @returns the same request, or a copy that bears the new id
 */
export function withRequestId(request: Request): { request: Request; requestId: string } {
  const own = request.headers.get('x-request-id')
  if (own !== null && sane.test(own)) return { request, requestId: own }
  const requestId = `req_${crypto.randomUUID().replaceAll('-', '')}`
  const headers = new Headers(request.headers)
  headers.set('x-request-id', requestId)
  return { request: new Request(request, { headers }), requestId }
}
