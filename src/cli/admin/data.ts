import type { Command } from 'commander'
import type { AdminContext } from '../../server/administration/open.ts'
import { resolveServed } from '../built-in.ts'
import {
  type CommandResult,
  type DataOptions,
  dataCommand,
  printResult,
  readDataSettings,
  withData,
} from './command.ts'

export function dataCommands(): Command[] {
  return [
    dataCommand('backup', 'copy the database to a file; servers keep running', [
      'backup <api> ./backups/monday.db',
    ])
      .argument('<file>', 'path of the copy; the file must not exist')
      .addHelpText(
        'after',
        '\nThe copy contains no uploaded files. They are in the folder <api>.db-uploads next to the database. Copy it separately.',
      )
      .action(backup),
    dataCommand('restore', 'replace the database with a backup; stop the servers first', [
      'restore <api> ./backups/monday.db --force',
    ])
      .argument('<file>', 'path of the backup')
      .option('--force', 'replace an existing database')
      .action(restore),
    dataCommand(
      'purge',
      'delete expired sessions, tokens, guests and uploads; servers do so every 10 minutes',
      ['purge <api>'],
    ).action(withData(purge)),
    dataCommand('export', 'write all data to a file, for import into another database', [
      'export <api> ./auth.jsonl --data ./.data',
    ])
      .argument('<file>', 'path of the export; the file must not exist')
      .addHelpText(
        'after',
        '\nThe export contains the current sessions. To move to another database, stop the servers first: later changes are not in it.',
      )
      .action(withData(exportAll)),
    dataCommand('import', 'read an export into an empty database', [
      'import <api> ./auth.jsonl --database postgres://auth:secret@localhost/auth',
    ])
      .argument('<file>', 'path of the export')
      .addHelpText(
        'after',
        `
An import that fails or is killed leaves the database unchanged, and you can run it again. While it runs, servers on
PostgreSQL can still write; servers on a database file cannot.

Give the servers of the new database the same SECRETS. Sessions, API keys and passkeys then stay valid.`,
      )
      .action(withData(importAll, { createsDatabase: true })),
  ]
}

async function backup(api: string, file: string, options: DataOptions): Promise<void> {
  const variant = await resolveServed(api)
  const settings = await readDataSettings(variant, options)
  const { backup } = await import('../../server/administration/data.ts')
  await backup(variant, settings, file)
  printResult(
    { json: { api: variant, file }, text: `Backed up to ${file} and checked its integrity.` },
    options,
  )
}

async function restore(api: string, file: string, options: DataOptions & { force?: boolean }): Promise<void> {
  const variant = await resolveServed(api)
  const settings = await readDataSettings(variant, options)
  const { restore } = await import('../../server/administration/data.ts')
  await restore(variant, settings, file, { force: options.force ?? false })
  printResult(
    { json: { api: variant, file }, text: `Restored the database of ${variant} from ${file}.` },
    options,
  )
}

async function purge(data: AdminContext): Promise<CommandResult> {
  const { purgeExpired } = await import('../../server/administration/data.ts')
  const counts = await purgeExpired(data)
  const list = Object.entries(counts).map(([table, count]) => `${table} ${count}`)
  return { json: counts, text: `Deleted rows: ${list.join(', ')}.` }
}

async function exportAll(data: AdminContext, _: DataOptions, file = ''): Promise<CommandResult> {
  const { exportData } = await import('../../server/administration/transfer.ts')
  const rows = await exportData(data, file, progress('exported'))
  return {
    json: { file, rows },
    text: `Exported ${rows} rows to ${file}. The file contains password hashes: protect it like the database.`,
  }
}

async function importAll(data: AdminContext, _: DataOptions, file = ''): Promise<CommandResult> {
  const { importData } = await import('../../server/administration/transfer.ts')
  const rows = await importData(data, file, progress('imported'))
  return { json: { file, rows }, text: `Imported ${rows} rows from ${file}.` }
}

/** Shows the number of rows on one line of a terminal, and clears it at the end. */
function progress(verb: string) {
  return (rows: number | 'end') => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${rows === 'end' ? '' : `${rows} rows ${verb}`}`)
  }
}
