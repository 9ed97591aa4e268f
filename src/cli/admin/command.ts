import { Command } from 'commander'
import type { VariantName } from '../../../generated/index.ts'
import type { AdminContext } from '../../server/administration/open.ts'
import type { Settings } from '../../server/settings.ts'
import { chosenVariant } from '../generated.ts'

export interface DataOptions {
  data: string
  database?: string
  json?: boolean
}

/** What a command has to tell: to programs, and to people. */
export interface CommandResult {
  json: unknown
  text: string
}

/**
 * A command that works on the data of one API.
 * @param examples what comes after `npx auth-contracts admin`
 */
export function dataCommand(name: string, description: string, examples: string[]): Command {
  return new Command(name)
    .description(description)
    .argument('<api>', 'which API')
    .option('--data <folder>', 'where the databases are kept', './.data')
    .option('--database <url>', 'PostgreSQL in place of a file: postgres://user:password@host:5432/database')
    .option('--json', 'tell programs what came of it')
    .addHelpText(
      'after',
      `\nExample${examples.length > 1 ? 's' : ''}:\n${examples.map((line) => `  npx auth-contracts admin ${line}`).join('\n')}`,
    )
}

/** Settings of the data alone: whether they suffice for a server in production is not asked. */
export async function settingsOf(variant: VariantName, { data, database }: DataOptions): Promise<Settings> {
  const { readConfig } = await import('../../server/config.ts')
  const flags = { variant, data, ...(database !== undefined && { database }) }
  return readConfig(flags, { ...process.env, NODE_ENV: undefined }).settings
}

/**
 * Opens the data, does something with it, and tells what came of it.
 * @param act is given the options, and the arguments after the API
 * @param makes whether a database is made when there is none: a wrong folder must not look like an empty one
 */
export function withData<Options extends DataOptions>(
  act: (context: AdminContext, options: Options, ...args: string[]) => Promise<CommandResult>,
  { makes = false }: { makes?: boolean } = {},
) {
  return async (api: string, ...given: unknown[]): Promise<void> => {
    const variant = await chosenVariant(api)
    // Commander gives the arguments, then the options, then the command.
    const args = given.slice(0, -2) as string[]
    const options = given.at(-2) as Options
    const [{ openAdministration, assertDataExists }, { createLogger, stderrDestination }] = await Promise.all(
      [import('../../server/administration/open.ts'), import('../../adapters/logger.ts')],
    )
    const log = createLogger('info', stderrDestination())
    const settings = await settingsOf(variant, options)
    if (!makes) assertDataExists(settings)
    const context = await openAdministration(variant, settings, ({ name, ...about }) =>
      log.info({ event: name, ...about, at: new Date(about.at).toISOString() }, 'audit'),
    )
    let isDone = false
    try {
      print(await act(context, options, ...args), options)
      isDone = true
    } finally {
      await context.close()
      if (!isDone) context.discardIfEmpty()
    }
  }
}

export function print({ json, text }: CommandResult, options: DataOptions): void {
  console.log(options.json ? JSON.stringify(json) : text)
}

/** Rows below a head, in columns. */
export function inColumns(head: string[], rows: string[][]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
