import { dirname } from 'node:path'
import type { VariantName } from '../../generated/index.ts'
import { createLogger } from '../adapters/logger.ts'
import { createSandbox } from '../sandbox/index.ts'
import type { DevelopmentConfig } from '../server/config.ts'
import { createDataFolder, lockData } from '../server/data-folder.ts'
import { isFile } from '../server/store.ts'
import { networkNotice } from './network-urls.ts'
import type { Address } from './options.ts'
import { runServer } from './run-server.ts'

/** Serves the sandbox of one API, with its rate limits unless the settings disable them. */
export async function serveDevelopment(
  variant: VariantName,
  address: Address,
  config: DevelopmentConfig,
): Promise<void> {
  await runServer({
    ...{ address, config },
    log: createLogger(config.logLevel),
    createServer(url, processSettings) {
      lockFiles(config, url)
      return createSandbox(variant, {
        publicUrl: url,
        ...config.settings,
        ...processSettings,
        operator: { rateLimits: true, ...config.settings.operator },
        host: address.host,
      })
    },
    onReady: ({ server, url }) =>
      console.log(banner(variant, server.publicUrl, config.location, networkNotice(address.host, url))),
  })
}

/** Locks the database until the process ends. On PostgreSQL, several servers can work together. */
function lockFiles({ settings: { store, secretFile } }: DevelopmentConfig, url: string): void {
  if (isFile(store)) lockData(dirname(store), [store], url)
  else if (secretFile !== undefined) createDataFolder(dirname(secretFile))
}

function banner(variant: string, url: string, location: string, network: string) {
  return `
  ${variant} is ready: ${url}

  Test accounts   ${url}/__dev/seed
  Sent mail       ${url}/__dev/inbox
  Data            ${location}
${network}
  Press Ctrl+C to stop.
`
}
