import type { MiddlewareHandler } from 'hono'
import type { Env } from '../../http/env.ts'
import { respond } from '../../http/reply.ts'
import { wantsHtml } from '../../ui/wants-html.ts'
import type { createInboxEvents } from '../inbox-events.ts'
import { controlView } from './control/index.ts'
import { dataView } from './data/index.ts'
import { inboxView } from './inbox.ts'
import { nameOf, type PageContext, pathOf, renderView, type View } from './page.ts'
import { seedView } from './seed.ts'

/** The pages, by the last segment of their path. */
const views: Record<string, View> = {
  '': controlView,
  data: dataView,
  seed: seedView,
  inbox: inboxView,
}

/** The pages of a sandbox. A sandbox without pages responds to browsers as to other clients. */
export interface SandboxPages {
  asPage: typeof asPage
  redirectToDevPage: typeof redirectToDevPage
  createInboxEvents: typeof createInboxEvents
}

/** Redirects browsers from the root of a server to its first page. No API has an operation at the root. */
export function redirectToDevPage({ url }: PageContext, controls: string): MiddlewareHandler<Env> {
  return async function redirectToDevPage(c, next) {
    if (c.req.path !== '/' || !wantsHtml(c.req.raw)) return next()
    return respond(c, { status: 302, headers: { Location: `${pathOf(url)}${controls}/` } })
  }
}

/** Renders the response of a control as a page for browsers. Other clients get the response unchanged. */
export async function asPage(request: Request, response: Response, context: PageContext): Promise<Response> {
  const url = new URL(request.url)
  const view = views[nameOf(url)]
  if (!view || response.status !== view.status || !wantsHtml(request)) return response
  const { html, policy } = await renderView(view, views, context, { url, data: await response.json() })
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
    },
  })
}
