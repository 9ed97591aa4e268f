import type { IncomingMessage } from 'node:http'

/** What a caller may call a request: short, and harmless in a log and in a header. */
const sane = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Gives a request its id: the caller's own, if it is sane, or a new one. Whoever reads `X-Request-ID` from now on finds it.
 * @returns the same request, or a copy that bears the new id
 */
export function withRequestId(request: Request): { request: Request; requestId: string } {
  const own = request.headers.get('x-request-id')
  if (own !== null && sane.test(own)) return { request, requestId: own }
  const requestId = newRequestId()
  const headers = new Headers(request.headers)
  headers.set('x-request-id', requestId)
  return { request: new Request(request, { headers }), requestId }
}

/**
 * The same where a request arrives, before anybody has read its headers: no copy has to be made then.
 * @param incoming of Node, changed in place
 */
export function giveRequestId({
  headers,
  rawHeaders,
}: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): void {
  const own = headers['x-request-id']
  if (typeof own === 'string' && sane.test(own)) return
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === 'x-request-id') rawHeaders[index] = 'x-request-id-refused'
  const requestId = newRequestId()
  rawHeaders.push('x-request-id', requestId)
  headers['x-request-id'] = requestId
}

let counter = 0
/** Ids of one process differ in their end, those of two in their beginning. */
const start = crypto.randomUUID().replaceAll('-', '').slice(0, 20)
const newRequestId = () => `req_${start}${(counter++).toString(16).padStart(12, '0')}`
