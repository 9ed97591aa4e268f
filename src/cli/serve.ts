import cluster from 'node:cluster'
import { Command, InvalidArgumentError } from 'commander'
import { UserError } from '../common/user-error.ts'
import type { ListenOptions } from '../server/listen.ts'
import { withAddress, withData } from './address.ts'
import { chosenVariant } from './generated.ts'

/** `auth-contracts serve <name>`: one API for real, with the contract's paths at the root. */
export function serveCommand(): Command {
  return withData(withAddress(new Command('serve'), 4020))
    .description('serve one API for real: accounts, sessions, mails, all of it')
    .argument('[name]', 'which API; without a name, the command lists them')
    .option('--database <url>', 'PostgreSQL in place of a file: postgres://user:password@host:5432/database')
    .option(
      '--production',
      'production mode: no development controls, and settings have to be complete',
      false,
    )
    .option('--workers <number>', 'processes that share the port and the database', parseWorkers, 1)
    .addHelpText(
      'after',
      `
Settings come from the environment, too; src/server/README.md lists them.

Examples:
  npx auth-contracts serve
  npx auth-contracts serve <name>
  npx auth-contracts serve <name> --port 8080 --memory
  npx auth-contracts serve <name> --database postgres://postgres:secret@localhost/auth
  npx auth-contracts serve <name> --production --workers 4`,
    )
    .action(serve)
}

type Options = ListenOptions & {
  data: string
  memory: boolean
  database?: string
  production: boolean
  workers: number
}

async function serve(
  name: string | undefined,
  { host, port, data, memory, database, production, workers }: Options,
): Promise<void> {
  const variant = await chosenVariant(name)
  const { readConfig } = await import('../server/config.ts')
  const config = readConfig({
    variant,
    production,
    data: memory ? null : data,
    ...(database !== undefined && { database }),
  })
  if (workers > 1 && config.mode !== 'production')
    throw new UserError(
      'Development mode is one process, whose clock and settings you move: leave --workers out, or add --production.',
    )
  if (config.metricsPort === port)
    throw new UserError(`METRICS_PORT and --port are both ${port}. Give one of them another number.`)
  if (workers > 1 && cluster.isPrimary) {
    const { supervise } = await import('./workers.ts')
    await supervise(workers, config)
    return
  }
  if (config.mode === 'production') {
    const { serveProduction } = await import('./serve-production.ts')
    await serveProduction(variant, { host, port }, config, workers)
  } else {
    const { serveDevelopment } = await import('./serve-development.ts')
    await serveDevelopment(variant, { host, port }, config)
  }
}

function parseWorkers(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 1 to 99.')
}
