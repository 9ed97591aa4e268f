import type { VariantName } from '../../generated/index.ts'
import { bufferedDestination, createLogger } from '../adapters/logger.ts'
import type { ProductionConfig } from '../server/config.ts'
import { createAuthServer } from '../server/index.ts'
import type { Address } from './options.ts'
import { runServer } from './run-server.ts'

/** Serves one API in production mode. No module that this one imports contains a development feature. */
export async function serveProduction(
  variant: VariantName,
  address: Address,
  config: ProductionConfig,
  workers: number,
): Promise<void> {
  const log = createLogger(config.logLevel, bufferedDestination())
  await runServer({
    ...{ address, config, log, workers },
    createServer: (_, processSettings) =>
      createAuthServer(variant, { ...config.settings, ...processSettings, multiProcess: workers > 1 }),
    onReady: ({ server, url, metricsUrl }) =>
      log.info(
        { variant, url: server.publicUrl, listening: url, metrics: metricsUrl, pid: process.pid },
        'ready',
      ),
  })
}
