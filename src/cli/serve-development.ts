import type { VariantName } from '../../generated/index.ts'
import { createLogger } from '../adapters/logger.ts'
import { createSandbox } from '../sandbox/index.ts'
import type { DevelopmentConfig } from '../server/config.ts'
import type { ListenOptions } from '../server/listen.ts'
import { serveHere } from './serve-here.ts'

/** Serves the sandbox of one API. */
export async function serveDevelopment(
  variant: VariantName,
  address: ListenOptions,
  config: DevelopmentConfig,
): Promise<void> {
  await serveHere({
    ...{ address, config },
    log: createLogger(config.logLevel),
    create: (url, own) =>
      createSandbox(variant, { publicUrl: url, ...config.settings, ...own, host: address.host }),
    announce: ({ server }) => console.log(banner(variant, server.publicUrl, config.location)),
  })
}

function banner(variant: string, url: string, location: string) {
  return `
  ${variant} is ready: ${url}

  Whom to sign in as   ${url}/__dev/seed
  Mails                ${url}/__dev/inbox
  Data                 ${location}

  Ctrl+C stops it.
`
}
