import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { createChangeSignal } from '../common/change-signal.ts'

/** Comments keep the connection open, and tell when the page is gone. */
const keepAliveMs = 15_000

export const contractEventsPath = '/contracts/events'

export type ContractEvents = ReturnType<typeof createContractEvents>

/** Creates the events that tell open pages that a contract has changed. */
export function createContractEvents() {
  const signal = createChangeSignal()
  let version = randomUUID()
  return {
    /** Changes with each change of a contract, and differs between processes. */
    version: (): string => version,
    /** Announces a new version. Pages ask for it once the code that calls this has ended. */
    notify(): void {
      version = randomUUID()
      signal.notify()
    },
    /** Streams the version: at first, and after each change. */
    stream(c: Context): Response {
      const response = streamSSE(c, async (stream) => {
        let sent = ''
        stream.onAbort(signal.notify)
        while (!stream.aborted && !signal.isClosed()) {
          if (sent !== version) {
            sent = version
            await stream.writeSSE({ data: version })
          } else if (!(await signal.next(keepAliveMs))) await stream.write(': still here\n\n')
        }
      })
      response.headers.set('cache-control', 'no-store')
      return response
    },
    close: signal.close,
  }
}

/**
 * Returns the script of a page that shows a contract. Only visible pages keep a connection, because browsers
 * allow six per server.
 * @param version the version that the page shows
 * @param change the code that runs when there is another one. Reloads the page by default.
 */
export const contractScript = (version: string, change = 'location.reload()'): string => `
{
  let events
  const listen = () => {
    events?.close()
    if (document.hidden) return
    events = new EventSource('${contractEventsPath}')
    events.onmessage = ({ data }) => { if (data !== '${version}') { ${change} } }
  }
  document.addEventListener('visibilitychange', listen)
  listen()
}
`
