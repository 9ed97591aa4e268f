import { Context } from 'hono'
import { accepts } from 'hono/accepts'

/** Tells whether a request prefers HTML to JSON, as browser navigations do. */
export function wantsHtml(request: Request): boolean {
  const type = accepts(new Context(request), {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  })
  return request.method === 'GET' && type === 'text/html'
}
