import cluster from 'node:cluster'
import type { VariantName } from '../../generated/index.ts'
import type { Address } from '../hub/listen.ts'
import { createHasher } from '../platform/hasher.ts'
import { createLogger, gathered } from '../platform/logger.ts'
import { drainable, onShutdown } from '../platform/shutdown.ts'
import type { Config } from '../server/config.ts'
import { createSandbox } from '../server/sandbox.ts'
import { said } from './config-error.ts'
import { type MetricsServer, openMetrics } from './metrics.ts'
import { listenOrSay } from './run.ts'

/**
 * Serves one API from this process until SIGTERM.
 * @param workers how many processes do the same
 * @throws {UserError} when it cannot listen, or settings cannot work
 */
export async function serveHere(
  variant: VariantName,
  address: Address,
  { settings, place, logLevel, threads, metricsPort }: Config,
  workers: number,
): Promise<void> {
  const isProduction = settings.mode === 'production'
  const log = createLogger(logLevel, isProduction ? gathered() : undefined)
  const measured: MetricsServer | undefined =
    metricsPort === null ? undefined : await openMetrics(metricsPort)
  // Only who listens knows the address, so requests may come first.
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof createSandbox>>>()
  const { url, server, close } = await listenOrSay(
    async (request, connection) => (await promise).fetch(request, connection),
    address,
  )
  const drain = drainable(server)
  const sandbox = await createSandbox(variant, {
    publicUrl: url,
    ...settings,
    host: address.host,
    sharesFile: workers > 1,
    log,
    // All of them share the cores.
    hasher: createHasher({ threads: Math.max(2, Math.ceil(threads / workers)) }),
    ...(measured && { metrics: measured.metrics }),
  }).catch(async (error) => {
    await close()
    measured?.close()
    throw said(error)
  })
  resolve(sandbox)
  onShutdown(
    [
      { name: 'readiness', run: sandbox.retreat },
      { name: 'connections', run: () => drain() },
      { name: 'mails and database', run: sandbox.close },
    ],
    // A worker is told to stop by its supervisor; Ctrl+C reaches both of them.
    { log, signals: cluster.isWorker ? ['SIGTERM'] : ['SIGTERM', 'SIGINT'] },
  )
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
