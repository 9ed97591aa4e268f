import { Hono } from 'hono'
import { html } from 'hono/html'
import { streamSSE } from 'hono/streaming'
import type { Inbox, Mail } from '../../generated/_dev/types.ts'
import { unknownName } from '../common/unknown-name.ts'
import { problem } from '../mock/problem.ts'
import { copyScript, copyStatus } from '../ui/copyable.ts'
import { type Html, renderPage } from '../ui/page.ts'
import { type HubContext, isServed, type ServedApi } from './context.ts'
import { guardOrigin } from './origin-guard.ts'
import { sendPage } from './send-page.ts'

/**
 * Creates the routes of the inbox with the mails of all sandboxes: page, JSON and events. Mails of named
 * sandboxes are only in their own inboxes.
 */
export function createInboxRoutes({ catalog, sandboxOf, navigationFor }: HubContext) {
  const apis = catalog.apis.filter(isServed)
  const names = apis.map(({ name }) => name)

  async function mailsOf(api: ServedApi): Promise<Mail[]> {
    const sandbox = await sandboxOf(api)
    const response = await sandbox.request('/__dev/inbox')
    const { mails } = (await response.json()) as Inbox
    return mails
  }

  return new Hono()
    .use('/inbox', guardOrigin('inbox'))
    .use('/inbox.json', guardOrigin('inbox'))
    .use('/inbox/events', guardOrigin('inbox'))
    .get('/inbox', async (c) => {
      const { renderInbox } = await import('../sandbox/pages/inbox.ts')
      const { inboxScript, inboxStyle } = await import('../sandbox/pages/inbox-script.ts')
      const { api = '', to = '' } = c.req.query()
      const inbox = renderInbox(html``, { events: '/inbox/events', to, filters: apiFilter(names, api) })
      return sendPage(
        c,
        await renderPage(
          'Inbox',
          html`<header>
<h1>Inbox</h1>
<p>The mails of all sandboxes, as soon as they are sent. Nothing leaves this machine. <a href="/inbox.json">JSON</a></p>
</header>
<main id="content" tabindex="-1">
${inbox}
</main>
${copyStatus}`,
          {
            script: copyScript + inboxScript,
            style: inboxStyle,
            connect: "'self'",
            navigation: navigationFor('/inbox'),
          },
        ),
      )
    })
    .get('/inbox.json', async (c) => {
      const name = c.req.query('api')
      if (name && !names.includes(name)) return problem(400, unknownName('API', name, names))
      const mails = await Promise.all(
        apis
          .filter((api) => !name || api.name === name)
          .map(async (api) => (await mailsOf(api)).map((mail) => ({ api: api.name, ...mail }))),
      )
      c.header('cache-control', 'no-store')
      return c.json({ mails: mails.flat().sort((a, b) => a.sentAt.localeCompare(b.sentAt)) })
    })
    .get('/inbox/events', (c) => {
      const response = streamSSE(c, async (stream) => {
        await Promise.all(
          apis.map(async (api) => {
            const sandbox = await sandboxOf(api)
            const { body } = await sandbox.request('/__dev/inbox/events')
            const reader = body?.getReader()
            // The stream of a sandbox ends only when it is cancelled.
            stream.onAbort(() => reader?.cancel())
            if (stream.aborted) await reader?.cancel()
            for (let read = await reader?.read(); read?.value; read = await reader?.read())
              await stream.write(read.value)
          }),
        )
      })
      response.headers.set('cache-control', 'no-store')
      return response
    })
}

function apiFilter(names: string[], selected: string): Html {
  return html`<label>API <select name="api">
<option value="">All</option>
${names.map((name) => html`<option${name === selected ? html` selected` : ''}>${name}</option>`)}
</select></label>
`
}
