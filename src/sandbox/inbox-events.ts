import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { ChangeSignal } from '../common/change-signal.ts'
import type { InboxMail } from './inbox.ts'
import { renderMails } from './pages/inbox.ts'

export interface InboxEventsOptions {
  /** The name of the API. */
  name: string
  /** Notified when the inbox may have changed. */
  signal: ChangeSignal
  /** Returns the mails of the inbox, newest last. */
  readMails: () => Promise<InboxMail[]>
}

/** Comments keep the connection open, and tell when the page is gone. */
const keepAliveMs = 15_000

/**
 * Creates the stream of Server-Sent Events for pages with the inbox: `clear` when the page must forget the
 * mails of an API, and `mails` with the HTML of new ones. A stream starts with the present mails.
 */
export function createInboxEvents({ name, signal, readMails }: InboxEventsOptions) {
  return new Hono().get('*', (c) => {
    const response = streamSSE(c, async (stream) => {
      stream.onAbort(signal.notify)
      let last: string | undefined
      let isFirst = true
      while (!stream.aborted && !signal.isClosed()) {
        // Waits from here on, so that a mail that arrives while this one is sent is not missed.
        const change = signal.next(keepAliveMs)
        const mails = await readMails()
        const known = mails.findIndex(({ id }) => id === last)
        // A reset has removed the last mail.
        if (isFirst || (last !== undefined && known < 0))
          await stream.writeSSE({ event: 'clear', data: name })
        const unknown = mails.slice(known + 1)
        if (unknown.length > 0) {
          const html = String(await renderMails(unknown, name))
          await stream.writeSSE({ event: 'mails', data: JSON.stringify({ html, isNew: !isFirst }) })
        }
        last = mails.at(-1)?.id
        isFirst = false
        if (!(await change)) await stream.write(': still here\n\n')
      }
    })
    response.headers.set('cache-control', 'no-store')
    return response
  })
}
