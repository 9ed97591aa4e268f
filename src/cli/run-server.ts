import { flushCompileCache } from 'node:module'
import { createHasher } from '../adapters/hasher.ts'
import type { Log } from '../server/app.ts'
import type { Config } from '../server/config.ts'
import type { RunningServer } from '../server/server.ts'
import type { Settings } from '../server/settings.ts'
import { gracefulServer, onShutdown } from '../server/shutdown.ts'
import { listenOn, reportMove } from './listen.ts'
import { type MetricsServer, openMetrics } from './metrics.ts'
import type { Address } from './options.ts'
import { onParentGone } from './parent.ts'
import { listenToSupervisor, shutdownTimeoutMs } from './shutdown.ts'

/** Settings that depend on the process. */
export type ProcessSettings = Pick<Settings, 'log' | 'hasher' | 'metrics'>

export interface ReadyServer {
  server: RunningServer
  /** The URL that this process listens on. */
  url: string
  metricsUrl: string | undefined
}

interface RunOptions {
  address: Address
  config: Config
  log: Log
  /** The number of processes that share the work. */
  workers?: number
  createServer: (listenerUrl: string, settings: ProcessSettings) => Promise<RunningServer>
  onReady: (ready: ReadyServer) => void
}

/**
 * Runs the server of one API in this process until SIGTERM.
 * @throws {UserError} if it cannot listen, or the settings are invalid
 */
export async function runServer({
  address,
  config,
  log,
  workers = 1,
  createServer,
  onReady,
}: RunOptions): Promise<void> {
  const { threads, metricsPort, drainMs } = config
  const { signals, onStop } = listenToSupervisor()
  // The listener starts first, because port 0 gets its number from it. Early requests wait for the server.
  let server: RunningServer | undefined
  const { promise, resolve } = Promise.withResolvers<RunningServer>()
  const listening = await listenOn(
    async (request, connection) => (await promise).fetch(request, connection),
    address,
    (about) => {
      const { ip, ...others } = about
      log.info({ ...others, address: ip }, 'bad request')
      return server?.badRequest(about.status)
    },
  )
  const drain = gracefulServer(listening.server)
  let metricsServer: MetricsServer | undefined
  const open = async () => {
    if (metricsPort !== null) metricsServer = await openMetrics(metricsPort)
    // All workers share the CPU cores.
    const hasher = createHasher({ threads: Math.max(2, Math.ceil(threads / workers)) })
    return createServer(listening.url, {
      ...{ log, hasher },
      ...(metricsServer && { metrics: metricsServer.metrics }),
    })
  }
  const opened = await open().catch(async (error) => {
    await listening.close()
    metricsServer?.close()
    throw error
  })
  server = opened
  resolve(opened)
  const steps = [
    { name: 'readiness', run: opened.stopAccepting },
    { name: 'connections', run: () => drain({ drainMs }) },
    { name: 'mails and database', run: opened.close },
  ]
  const stop = onShutdown(steps, { log, signals, withinMs: shutdownTimeoutMs(drainMs) })
  onStop(stop)
  onParentGone(stop)
  reportMove(listening)
  onReady({ server: opened, url: listening.url, metricsUrl: metricsServer?.url })
  // Node writes the cache at exit, which a killed process does not reach.
  flushCompileCache()
  process.send?.('ready')
}
