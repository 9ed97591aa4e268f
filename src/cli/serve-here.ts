import { createHasher } from '../adapters/hasher.ts'
import type { Log } from '../server/app.ts'
import type { Config } from '../server/config.ts'
import type { ListenOptions } from '../server/listen.ts'
import type { RunningServer } from '../server/server.ts'
import type { Settings } from '../server/settings.ts'
import { gracefulServer, onShutdown } from '../server/shutdown.ts'
import { type MetricsServer, openMetrics } from './metrics.ts'
import { listenOn } from './run.ts'
import { listenToSupervisor, patienceMs } from './stopping.ts'

/** Settings that follow from the process. */
export type ProcessSettings = Pick<Settings, 'log' | 'hasher' | 'metrics'>

export interface Running {
  server: RunningServer
  /** Where this process listens. */
  url: string
  metricsUrl: string | undefined
}

interface ServeOptions {
  address: ListenOptions
  config: Config
  log: Log
  /** How many processes share the work. */
  workers?: number
  /** Makes the server, given the URL of the listener. */
  create: (url: string, own: ProcessSettings) => Promise<RunningServer>
  announce: (running: Running) => void
}

/**
 * Serves one API from this process until SIGTERM.
 * @throws {UserError} when it cannot listen, or settings cannot work
 */
export async function serveHere({
  address,
  config,
  log,
  workers = 1,
  create,
  announce,
}: ServeOptions): Promise<void> {
  const { threads, metricsPort, drainMs } = config
  const { signals, onStop } = listenToSupervisor()
  // The listener comes first, because only it knows the address. Requests wait for the server.
  const { promise, resolve } = Promise.withResolvers<RunningServer>()
  const listening = await listenOn(
    async (request, connection) => (await promise).fetch(request, connection),
    address,
    (about) => log.info(about, 'unusable request'),
  )
  const drain = gracefulServer(listening.server)
  let measured: MetricsServer | undefined
  const open = async () => {
    if (metricsPort !== null) measured = await openMetrics(metricsPort)
    // All workers share the cores.
    const hasher = createHasher({ threads: Math.max(2, Math.ceil(threads / workers)) })
    return create(listening.url, { log, hasher, ...(measured && { metrics: measured.metrics }) })
  }
  const server = await open().catch(async (error) => {
    await listening.close()
    measured?.close()
    throw error
  })
  resolve(server)
  const steps = [
    { name: 'readiness', run: server.stopAccepting },
    { name: 'connections', run: () => drain({ drainMs }) },
    { name: 'mails and database', run: server.close },
  ]
  onStop(onShutdown(steps, { log, signals, withinMs: patienceMs(drainMs) }))
  announce({ server, url: listening.url, metricsUrl: measured?.url })
  process.send?.('ready')
}
