import { Command } from 'commander'
import type { Address } from '../hub/listen.ts'
import { withAddress, withData } from './address.ts'
import { loadCatalog } from './generated.ts'
import { UserError } from './user-error.ts'

/** `auth-contracts serve <name>`: one API for real, with the contract's paths at the root. */
export const serveCommand = (): Command =>
  withData(withAddress(new Command('serve'), 4020))
    .description('serve one API for real: accounts, sessions, mails, all of it')
    .argument('[name]', 'which API; without a name, the command lists them')
    .option('--database <url>', 'PostgreSQL in place of a file: postgres://user:password@host:5432/database')
    .option(
      '--production',
      'production mode: no development controls, and settings have to be complete',
      false,
    )
    .addHelpText(
      'after',
      `
Settings come from the environment, too; src/server/README.md lists them.

Examples:
  npx auth-contracts serve
  npx auth-contracts serve <name>
  npx auth-contracts serve <name> --port 8080 --memory
  npx auth-contracts serve <name> --database postgres://postgres:secret@localhost/auth`,
    )
    .action(serve)

type Options = Address & { data: string; memory: boolean; database?: string; production: boolean }

async function serve(
  name: string | undefined,
  { host, port, data, memory, database, production }: Options,
): Promise<void> {
  const { variantNames } = await loadCatalog()
  const variant = variantNames.find((candidate) => candidate === name)
  if (!variant) {
    const list = `There are: ${variantNames.join(', ')}.`
    throw new UserError(name ? `There is no API "${name}". ${list}` : `Say which API. ${list}`)
  }
  const [
    { readConfig },
    { ConfigError },
    { createSandbox },
    { createHasher },
    { createLogger, gathered },
    { drainable, onShutdown },
    { listenOrSay },
  ] = await Promise.all([
    import('../server/config.ts'),
    import('../server/config-error.ts'),
    import('../server/sandbox.ts'),
    import('../platform/hasher.ts'),
    import('../platform/logger.ts'),
    import('../platform/shutdown.ts'),
    import('./run.ts'),
  ])
  const orSay = (error: unknown): never => {
    throw error instanceof ConfigError ? new UserError(error.message) : error
  }
  try {
    const { settings, place, logLevel, threads } = readConfig({
      variant,
      production,
      data: memory ? null : data,
      ...(database !== undefined && { database }),
    })
    const log = createLogger(logLevel, settings.mode === 'production' ? gathered() : undefined)
    // Only who listens knows the address, so requests may come first.
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof createSandbox>>>()
    const { url, server, close } = await listenOrSay(
      async (request, connection) => (await promise).fetch(request, connection),
      { host, port },
    )
    const drain = drainable(server)
    const sandbox = await createSandbox(variant, {
      publicUrl: url,
      ...settings,
      host,
      log,
      hasher: createHasher({ threads }),
    }).catch(async (error) => {
      await close()
      return orSay(error)
    })
    resolve(sandbox)
    onShutdown(
      [
        { name: 'readiness', run: sandbox.retreat },
        { name: 'connections', run: () => drain() },
        { name: 'mails and database', run: sandbox.close },
      ],
      { log },
    )
    if (settings.mode === 'production') log.info({ variant, url: sandbox.publicUrl, listening: url }, 'ready')
    else console.log(banner(variant, sandbox.publicUrl, place))
  } catch (error) {
    orSay(error)
  }
}

const banner = (variant: string, url: string, place: unknown) => `
  ${variant} is ready: ${url}

  Whom to sign in as   ${url}/__dev/seed
  Mails                ${url}/__dev/inbox
  Data                 ${place}

  Ctrl+C stops it.
`
