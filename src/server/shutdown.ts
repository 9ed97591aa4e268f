import type { Server, ServerResponse } from 'node:http'

export interface ShutdownStep {
  name: string
  run: () => unknown
}

/**
 * On the first of the signals, runs the steps one after the other and ends the process: status 0, or 1 when one of them
 * failed or the time is up. A second signal ends it at once; what was acknowledged is on disk all the time.
 * @returns does the same without a signal
 */
export const onShutdown = (
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
): (() => void) => {
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
        // The steps after it matter all the same: the store above all.
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

/**
 * Makes a server that can end without breaking off a request; to be called before it takes its first one.
 * @returns how to end it: for a while it still answers as before, except that each answer ends its connection, time for
 *   load balancers to see that it is no longer ready; then nothing new is accepted, and who is still sending or reading
 *   when patience ends is cut off
 */
export const drainable = (
  server: Server,
): ((options?: { noticeMs?: number; patienceMs?: number }) => Promise<void>) => {
  const underWay = new Set<ServerResponse>()
  let isEnding = false
  server.prependListener('request', (_, response) => {
    underWay.add(response)
    response.once('close', () => underWay.delete(response))
    if (isEnding) response.shouldKeepAlive = false
  })
  return async ({ noticeMs = 1_000, patienceMs = 5_000 } = {}) => {
    isEnding = true
    // Else a client would send its next request on a connection that is about to be closed.
    for (const response of underWay) response.shouldKeepAlive = false
    await new Promise((resolve) => setTimeout(resolve, noticeMs))
    // Connections that wait to be accepted are reset with the listener. Right after the loop has polled they are fewest.
    await new Promise((resolve) => setImmediate(resolve))
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    // What was idle all the time would be kept open for a next request.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    // One slow client must not keep the store from being closed in time.
    const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
    await closed
    clearInterval(sweep)
    clearTimeout(cut)
  }
}
