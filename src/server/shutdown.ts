import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import * as timers from 'node:timers/promises'

export interface ShutdownStep {
  name: string
  run: () => unknown
}

/**
 * Runs the steps in order on the first signal, then exits: with status 0, or 1 if a step failed or timed
 * out. A second signal exits immediately, which is safe because acknowledged writes are already on disk.
 * @param options.withinMs the timeout of all steps together, in milliseconds; 10,000 by default
 * @returns a function that shuts down without a signal
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
      log.error({ withinMs }, 'shutdown timed out')
      process.exit(1)
    }, withinMs).unref()
    let status = 0
    for (const { name, run } of steps) {
      try {
        await run()
      } catch (err) {
        // Run the remaining steps, because the last one closes the store.
        log.error({ step: name, err }, 'shutdown step failed')
        status = 1
      }
    }
    log.info({ status }, 'stopped')
    process.exit(status)
  }
  for (const signal of signals) process.on(signal, stop)
  return () => void stop()
}

export interface DrainOptions {
  /**
   * Milliseconds to keep accepting requests, so that load balancers notice that `/readyz` fails. 1,000 by
   * default.
   */
  drainMs?: number
  /** Milliseconds after which the connections of remaining clients are closed. 5,000 by default. */
  forceCloseAfterMs?: number
}

/**
 * Makes a server drain without aborting requests. Call it before the server accepts connections.
 *
 * Replaces http-terminator 3.2, which resets idle and new connections while it drains (see
 * test/server/shutdown.test.ts) and has no grace period for load balancers.
 * @returns a function that closes the server: first every response closes its connection, then new
 *   connections are rejected, finally the remaining ones are closed
 */
export function gracefulServer(server: Server): (options?: DrainOptions) => Promise<void> {
  const pending = new Set<ServerResponse>()
  let isEnding = false
  server.prependListener('request', (_, response) => {
    pending.add(response)
    response.once('close', () => pending.delete(response))
    if (isEnding) response.shouldKeepAlive = false
  })
  return async ({ drainMs = 1_000, forceCloseAfterMs = 5_000 } = {}) => {
    isEnding = true
    // Otherwise a client could send its next request on a connection that is about to close.
    for (const response of pending) response.shouldKeepAlive = false
    await timers.setTimeout(drainMs)
    // Closing the listener resets the connections in its backlog, which is shortest right after a poll of the
    // event loop.
    await timers.setImmediate()
    const closed = once(server, 'close')
    server.close()
    // `server.close()` does not close connections that were never used.
    const idleSweep = setInterval(() => server.closeIdleConnections(), 50)
    const forceClose = setTimeout(() => server.closeAllConnections(), forceCloseAfterMs)
    await closed
    clearInterval(idleSweep)
    clearTimeout(forceClose)
  }
}
