import cluster from 'node:cluster'
import { Command, InvalidArgumentError } from 'commander'
import { UserError } from '../common/user-error.ts'
import { resolveServed } from './built-in.ts'
import {
  type AddressOptions,
  chooseAddress,
  withDataOptions,
  withHostOption,
  withListenOptions,
} from './options.ts'

const defaultPort = 4020

/** Creates `auth-contracts serve <api>`, which runs the server of one API with its paths at the root. */
export function serveCommand(): Command {
  return withDataOptions(withHostOption(withListenOptions(new Command('serve'), defaultPort)))
    .description('run a working server of one API, with accounts, sessions and mail')
    .argument('[api]', 'name of the API; leave it out to list the names')
    .option('--database <url>', 'use PostgreSQL: postgres://user:password@host:5432/database')
    .option('--production', 'production mode: no development controls, and all settings are required')
    .option(
      '--workers <number>',
      'number of processes that share the port and the database; production only',
      parseWorkers,
      1,
    )
    .addHelpText(
      'after',
      `
Environment variables set everything else. src/server/README.md lists them.

Examples:
  npx auth-contracts serve
  npx auth-contracts serve <api>
  npx auth-contracts serve <api> --port 8080 --memory
  npx auth-contracts serve <api> --database postgres://postgres:secret@localhost/auth
  npx auth-contracts serve <api> --production --workers 4`,
    )
    .action(serve)
}

type Options = AddressOptions & {
  data: string
  memory?: boolean
  database?: string
  production?: boolean
  workers: number
  allowHost: string[]
}

async function serve(
  api: string | undefined,
  { data, memory, database, production = false, workers, allowHost, ...options }: Options,
): Promise<void> {
  const variant = await resolveServed(api).catch(async (error) => {
    const { rejectOwnContract } = await import('./catalog.ts')
    if (api !== undefined) await rejectOwnContract(api)
    throw error
  })
  const { readConfig } = await import('../server/config.ts')
  const config = readConfig({
    variant,
    production,
    allowHost,
    data: memory ? null : data,
    ...(database !== undefined && { database }),
  })
  const address = await chooseAddress(options, defaultPort)
  if (workers > 1 && config.mode !== 'production')
    throw new UserError('Development mode runs in one process. Remove --workers, or add --production.')
  if (config.metricsPort === address.port)
    throw new UserError(`METRICS_PORT and the port are both ${address.port}. Change one of them.`)
  if (workers > 1 && cluster.isPrimary) {
    const { supervise } = await import('./workers.ts')
    await supervise(workers, config)
    return
  }
  if (config.mode === 'production') {
    const { serveProduction } = await import('./serve-production.ts')
    await serveProduction(variant, { ...address, canMove: false }, config, workers)
  } else {
    const { serveDevelopment } = await import('./serve-development.ts')
    await serveDevelopment(variant, address, config)
  }
}

function parseWorkers(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Pass a whole number from 1 to 99.')
}
