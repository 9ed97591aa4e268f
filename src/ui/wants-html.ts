import { Context } from 'hono'
import { accepts } from 'hono/accepts'

/** Whether somebody reads the answer in a browser, which asks for HTML before all else. Programs rarely do. */
export const wantsHtml = (request: Request): boolean =>
  request.method === 'GET' &&
  accepts(new Context(request), {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html'
