import type { VariantName } from '../../generated/index.ts'
import { bufferedDestination, createLogger } from '../adapters/logger.ts'
import type { ProductionConfig } from '../server/config.ts'
import { createAuthServer } from '../server/index.ts'
import type { ListenOptions } from '../server/listen.ts'
import { serveHere } from './serve-here.ts'

/** Serves one API in production mode. Nothing that this module imports contains a development feature. */
export async function serveProduction(
  variant: VariantName,
  address: ListenOptions,
  config: ProductionConfig,
  workers: number,
): Promise<void> {
  const log = createLogger(config.logLevel, bufferedDestination())
  await serveHere({
    ...{ address, config, log, workers },
    create: (_, own) => createAuthServer(variant, { ...config.settings, ...own, multiProcess: workers > 1 }),
    announce: ({ server, url, metricsUrl }) =>
      log.info(
        { variant, url: server.publicUrl, listening: url, metrics: metricsUrl, pid: process.pid },
        'ready',
      ),
  })
}
