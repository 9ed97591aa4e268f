import { Command } from 'commander'
import type { VariantName } from '../../../generated/index.ts'
import type { AdminContext } from '../../server/administration/open.ts'
import type { Settings } from '../../server/settings.ts'
import { resolveServed } from '../built-in.ts'

export interface DataOptions {
  data: string
  database?: string
  json?: boolean
}

/** The result of a command: `json` for `--json`, `text` otherwise. */
export interface CommandResult {
  json: unknown
  text: string
}

/**
 * Creates a command that works on the data of one API.
 * @param examples each one without `npx auth-contracts admin`
 */
export function dataCommand(name: string, description: string, examples: string[]): Command {
  return new Command(name)
    .description(description)
    .argument('<api>', 'name of the API')
    .option('--data <folder>', 'folder of the databases', './.data')
    .option('--database <url>', 'use PostgreSQL: postgres://user:password@host:5432/database')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `\nExample${examples.length > 1 ? 's' : ''}:\n${examples.map((line) => `  npx auth-contracts admin ${line}`).join('\n')}`,
    )
}

/** Reads the settings of the data. Ignores NODE_ENV and PORT, because a command is not a server. */
export async function readDataSettings(
  variant: VariantName,
  { data, database }: DataOptions,
): Promise<Settings> {
  const { readConfig } = await import('../../server/config.ts')
  const flags = { variant, data, ...(database !== undefined && { database }) }
  return readConfig(flags, { ...process.env, NODE_ENV: undefined, PORT: undefined }).settings
}

/**
 * Creates the action of a data command: opens the data, runs `action`, and prints the result.
 * @param action receives the options, then the arguments after the API
 * @param createsDatabase whether a missing database is created. By default it is an error, because a mistyped
 *   folder would otherwise look like an empty database.
 */
export function withData<Options extends DataOptions>(
  action: (context: AdminContext, options: Options, ...args: string[]) => Promise<CommandResult>,
  { createsDatabase = false }: { createsDatabase?: boolean } = {},
) {
  return async (api: string, ...rest: unknown[]): Promise<void> => {
    const variant = await resolveServed(api)
    // Commander passes the arguments, then the options, then the command.
    const args = rest.slice(0, -2) as string[]
    const options = rest.at(-2) as Options
    const [{ openAdministration, assertDataExists }, { createLogger, stderrDestination }] = await Promise.all(
      [import('../../server/administration/open.ts'), import('../../adapters/logger.ts')],
    )
    const log = createLogger('info', stderrDestination())
    const settings = await readDataSettings(variant, options)
    if (!createsDatabase) assertDataExists(settings)
    const context = await openAdministration(variant, settings, ({ name, ...about }) =>
      log.info({ event: name, ...about, at: new Date(about.at).toISOString() }, 'audit'),
    )
    let succeeded = false
    try {
      printResult(await action(context, options, ...args), options)
      succeeded = true
    } finally {
      await context.close()
      if (!succeeded) context.discardIfEmpty()
    }
  }
}

export function printResult({ json, text }: CommandResult, options: DataOptions): void {
  const output = options.json ? JSON.stringify(json) : text
  console.log(output.split('\n').map(escapeControls).join('\n'))
}

/**
 * Escapes control characters, line separators and bidirectional controls, in the form of JSON. Users choose
 * their names, which could otherwise send commands to the terminal or forge lines.
 */
function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Formats a table with aligned columns. */
export function formatTable(header: string[], rows: string[][]): string {
  const all = [header, ...rows.map((row) => row.map(escapeControls))]
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function toIsoDate(at: number): string {
  return new Date(at).toISOString()
}
