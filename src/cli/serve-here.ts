import type { VariantName } from '../../generated/index.ts'
import { createHasher } from '../adapters/hasher.ts'
import { bufferedDestination, createLogger } from '../adapters/logger.ts'
import type { Config } from '../server/config.ts'
import type { Address } from '../server/listen.ts'
import { createSandbox } from '../server/server.ts'
import { gracefulServer, onShutdown } from '../server/shutdown.ts'
import { type MetricsServer, openMetrics } from './metrics.ts'
import { listenOn } from './run.ts'
import { listenToSupervisor, patienceMs } from './stopping.ts'

/**
 * Serves one API from this process until SIGTERM.
 * @param workers how many processes do the same
 * @throws {UserError} when it cannot listen, or settings cannot work
 */
export async function serveHere(
  variant: VariantName,
  address: Address,
  { settings, place, logLevel, threads, metricsPort, noticeMs }: Config,
  workers: number,
): Promise<void> {
  const { signals, onStop } = listenToSupervisor()
  const isProduction = settings.mode === 'production'
  const log = createLogger(logLevel, isProduction ? bufferedDestination() : undefined)
  // Only who listens knows the address, so requests may come first.
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof createSandbox>>>()
  const { url, server, close } = await listenOn(
    async (request, connection) => (await promise).fetch(request, connection),
    address,
    (about) => log.info(about, 'unusable request'),
  )
  const drain = gracefulServer(server)
  let measured: MetricsServer | undefined
  const open = async () => {
    if (metricsPort !== null) measured = await openMetrics(metricsPort)
    return createSandbox(variant, {
      publicUrl: url,
      ...settings,
      host: address.host,
      sharesFile: workers > 1,
      log,
      // All of them share the cores.
      hasher: createHasher({ threads: Math.max(2, Math.ceil(threads / workers)) }),
      ...(measured && { metrics: measured.metrics }),
    })
  }
  const sandbox = await open().catch(async (error) => {
    await close()
    measured?.close()
    throw error
  })
  resolve(sandbox)
  const stop = onShutdown(
    [
      { name: 'readiness', run: sandbox.retreat },
      { name: 'connections', run: () => drain({ noticeMs }) },
      { name: 'mails and database', run: sandbox.close },
    ],
    { log, signals, withinMs: patienceMs(noticeMs) },
  )
  onStop(stop)
  if (isProduction)
    log.info(
      { variant, url: sandbox.publicUrl, listening: url, metrics: measured?.url, pid: process.pid },
      'ready',
    )
  else console.log(banner(variant, sandbox.publicUrl, place))
  process.send?.('ready')
}

const banner = (variant: string, url: string, place: string) => `
  ${variant} is ready: ${url}

  Whom to sign in as   ${url}/__dev/seed
  Mails                ${url}/__dev/inbox
  Data                 ${place}

  Ctrl+C stops it.
`
