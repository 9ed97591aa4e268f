import { type Context, Hono } from 'hono'
import { problem } from '../../mock/problem.ts'
import type { HubContext } from '../context.ts'
import { guardOrigin } from '../origin-guard.ts'
import { sendPage } from '../send-page.ts'
import { positionOf, streamLog } from './events.ts'
import type { Entry, RequestLog } from './log.ts'
import type { Details } from './view.ts'

/**
 * Creates the routes of the request log: page, JSON, events, details, and the button that clears it.
 * Modules that read contracts are loaded at the first request, so that the hub listens at once.
 * @param closing ends the streams of events, after the log has been woken
 */
export function createRequestRoutes(
  log: RequestLog,
  hub: Pick<HubContext, 'catalog' | 'navigationFor'>,
  closing: AbortSignal,
) {
  const app = new Hono()
    .use('/requests', guardOrigin('request log'))
    .use('/requests.json', guardOrigin('request log'))
    .use('/requests/*', guardOrigin('request log'))
    .get('/requests', async (c) => {
      const { renderRequests } = await import('./page.ts')
      const entries = log.after(0)
      const position = positionOf(log.epoch(), entries.at(-1)?.id ?? 0)
      return sendPage(
        c,
        await renderRequests(
          await summarizeAll(entries),
          position,
          log.maxEntries,
          c.req.query('api') ?? '',
          hub,
        ),
      )
    })
    .delete('/requests', (c) => {
      log.clear()
      return c.body(null, 204)
    })
    .get('/requests.json', async (c) => {
      c.header('cache-control', 'no-store')
      return c.json({ requests: (await summarizeAll(log.after(0))).toReversed() })
    })
    .get('/requests/events', (c) =>
      streamLog(c, log, {
        position: c.req.header('last-event-id') ?? c.req.query('position') ?? '',
        signal: closing,
        async write(entries) {
          const { renderRows } = await import('./page.ts')
          const requests = await summarizeAll(entries)
          return { requests, html: String(await renderRows(requests)) }
        },
      }),
    )
    .get('/requests/:file{\\d+\\.json}', async (c) => {
      return sendJson(c, await detailsOf(c, findById(c.req.param('file'))))
    })
    .get('/requests/calls/:file{[\\w-]+\\.json}', async (c) => {
      const callId = c.req.param('file').slice(0, -'.json'.length)
      return sendJson(c, await detailsOf(c, log.findCall(callId)))
    })
    .get('/requests/:id{\\d+}/details', async (c) => {
      const details = await detailsOf(c, findById(c.req.param('id')))
      if (!details) return dropped()
      const { renderDetails } = await import('./details.ts')
      return c.html(String(await renderDetails(details, showsSecrets(c))), 200, {
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      })
    })

  const findById = (id: string) => log.find(Number.parseInt(id, 10))

  async function detailsOf(c: Context, entry: Entry | undefined) {
    if (!entry) return undefined
    const { describe } = await import('./view.ts')
    return describe(entry, showsSecrets(c))
  }

  return app
}

async function summarizeAll(entries: Entry[]) {
  const { summarize } = await import('./view.ts')
  return Promise.all(entries.map(summarize))
}

function sendJson(c: Context, details: Details | undefined) {
  if (!details) return dropped()
  c.header('cache-control', 'no-store')
  return c.json(details)
}

const showsSecrets = (c: Context) => c.req.query('secrets') === 'show'

const dropped = () => problem(404, 'The log has dropped this request. It keeps the latest ones only.')
