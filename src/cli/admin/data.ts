import type { Command } from 'commander'
import type { AdminContext } from '../../server/administration/open.ts'
import { chosenVariant } from '../generated.ts'
import { type CommandResult, type DataOptions, dataCommand, print, settingsOf, withData } from './command.ts'

export function dataCommands(): Command[] {
  return [
    dataCommand('backup', 'copy the database as it is now, while servers go on with it', [
      'backup <api> ./backups/monday.db',
    ])
      .argument('<file>', 'must not exist')
      .addHelpText('after', '\nUploaded files are in the folder beside the database: copy that as well.')
      .action(backup),
    dataCommand('restore', 'put a backup in the place of the database', [
      'restore <api> ./backups/monday.db --force',
    ])
      .argument('<file>', 'made by backup')
      .option('--force', 'replace the database that is there')
      .action(restore),
    dataCommand('purge', 'delete what has ended; servers do it every ten minutes', ['purge <api>']).action(
      withData(purge),
    ),
    dataCommand('export', 'write everything to a file, for import on another engine', [
      'export <api> ./auth.jsonl --data ./.data',
    ])
      .argument('<file>', 'must not exist')
      .addHelpText(
        'after',
        '\nSign-ins of the moment are in it. Stop the servers first when they shall not go on here.',
      )
      .action(withData(exportAll)),
    dataCommand('import', 'read such a file into an empty database', [
      'import <api> ./auth.jsonl --database postgres://auth:secret@localhost/auth',
    ])
      .argument('<file>', 'made by export')
      .addHelpText(
        'after',
        `
It takes all or nothing: when it fails or is killed, nothing is there of it, and you can run it again. What others write
into the database meanwhile stays; servers on a database file can write nothing until it has ended.

Give its servers the same SECRETS: sessions, keys and passkeys are then still good.`,
      )
      .action(withData(importAll, { makes: true })),
  ]
}

async function backup(api: string, file: string, options: DataOptions): Promise<void> {
  const variant = await chosenVariant(api)
  const settings = await settingsOf(variant, options)
  const { backup } = await import('../../server/administration/data.ts')
  await backup(variant, settings, file)
  print({ json: { api: variant, file }, text: `Copied to ${file}, and found whole.` }, options)
}

async function restore(api: string, file: string, options: DataOptions & { force?: boolean }): Promise<void> {
  const variant = await chosenVariant(api)
  const settings = await settingsOf(variant, options)
  const { restore } = await import('../../server/administration/data.ts')
  await restore(variant, settings, file, { force: options.force ?? false })
  print({ json: { api: variant, file }, text: `${file} is the database of ${variant} now.` }, options)
}

async function purge(data: AdminContext): Promise<CommandResult> {
  const { purgeExpired } = await import('../../server/administration/data.ts')
  const counts = await purgeExpired(data)
  const list = Object.entries(counts).map(([table, count]) => `${count} of ${table}`)
  return { json: counts, text: `Deleted: ${list.join(', ')}.` }
}

async function exportAll(data: AdminContext, _: DataOptions, file = ''): Promise<CommandResult> {
  const { exportData } = await import('../../server/administration/transfer.ts')
  const rows = await exportData(data, file, progress('exported'))
  return {
    json: { file, rows },
    text: `${rows} rows are in ${file}. It holds hashes of passwords: keep it as secret as the database.`,
  }
}

async function importAll(data: AdminContext, _: DataOptions, file = ''): Promise<CommandResult> {
  const { importData } = await import('../../server/administration/transfer.ts')
  const rows = await importData(data, file, progress('imported'))
  return { json: { file, rows }, text: `${rows} rows of ${file} are in the database.` }
}

/** On a terminal, one line that counts, and gives way to the result. */
function progress(done: string) {
  return (rows: number | 'end') => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${rows === 'end' ? '' : `${rows} rows ${done}`}`)
  }
}
