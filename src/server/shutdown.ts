import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import * as timers from 'node:timers/promises'

export interface ShutdownStep {
  name: string
  run: () => unknown
}

/**
 * Runs the steps in order at the first of the signals, then ends the process: with status 0, or 1 if a step failed or the
 * time is up. A second signal ends it at once; acknowledged writes are on disk at any time.
 * @param options.withinMs how long all steps together may take
 * @returns does the same without a signal
 */
export function onShutdown(
  steps: ShutdownStep[],
  {
    log,
    withinMs = 10_000,
    signals = ['SIGTERM', 'SIGINT'],
  }: {
    log: Record<'info' | 'error', (fields: object, message: string) => void>
    withinMs?: number
    signals?: NodeJS.Signals[]
  },
): () => void {
  let isStopping = false
  const stop = async (signal?: NodeJS.Signals) => {
    if (isStopping) process.exit(1)
    isStopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.error({ withinMs }, 'could not stop in time')
      process.exit(1)
    }, withinMs).unref()
    let status = 0
    for (const { name, run } of steps) {
      try {
        await run()
      } catch (err) {
        // The later steps still have to run, above all closing the store.
        log.error({ step: name, err }, 'step of stopping failed')
        status = 1
      }
    }
    log.info({ status }, 'stopped')
    process.exit(status)
  }
  for (const signal of signals) process.on(signal, stop)
  return () => void stop()
}

// Why not http-terminator (3.2): it destroys idle and new connections while it drains, so that busy clients see their
// requests reset (test/server/shutdown.test.ts), and it has no time in which load balancers can notice.

/**
 * Lets a server end without breaking off requests. Call it before the server accepts connections.
 * @returns ends the server: for `noticeMs` it answers as before, but every response closes its connection, so that load
 *   balancers can see that it is not ready any more; then it accepts nothing new, and after `patienceMs` it cuts off clients
 *   that are still sending or reading
 */
export function gracefulServer(
  server: Server,
): (options?: { noticeMs?: number; patienceMs?: number }) => Promise<void> {
  const pending = new Set<ServerResponse>()
  let isEnding = false
  server.prependListener('request', (_, response) => {
    pending.add(response)
    response.once('close', () => pending.delete(response))
    if (isEnding) response.shouldKeepAlive = false
  })
  return async ({ noticeMs = 1_000, patienceMs = 5_000 } = {}) => {
    isEnding = true
    // Otherwise a client might send its next request on a connection that is about to close.
    for (const response of pending) response.shouldKeepAlive = false
    await timers.setTimeout(noticeMs)
    // Connections in the backlog are reset with the listener. Right after a poll of the event loop there are fewest.
    await timers.setImmediate()
    const closed = once(server, 'close')
    server.close()
    // Connections that have never been used stay open otherwise.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
    await closed
    clearInterval(sweep)
    clearTimeout(cut)
  }
}
