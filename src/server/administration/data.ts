import { lstatSync } from 'node:fs'
import type { VariantName } from '../../../generated/index.ts'
import { UserError } from '../../common/user-error.ts'
import { purge } from '../../core/purge.ts'
import { sweepUploads } from '../../core/uploads.ts'
import { backupDatabase, restoreDatabase } from '../../storage/sqlite/backup.ts'
import type { Settings } from '../settings.ts'
import { isFile } from '../store.ts'
import type { AdminContext } from './open.ts'

/**
 * Deletes expired rows and abandoned uploads.
 * @returns the numbers of deleted rows by table, and of deleted files as `uploads`
 */
export async function purgeExpired({ core, files }: AdminContext): Promise<Record<string, number>> {
  return {
    ...(await purge(core)),
    uploads: await sweepUploads(core, files.port),
  }
}

/**
 * Writes a consistent copy of the database file. Servers may keep running.
 * @throws {UserError} when the store is not a file, or `target` exists
 */
export async function backup(api: VariantName, { store }: Settings, target: string): Promise<void> {
  const path = databaseFileOf(store, 'pg_dump')
  assertFileIsNew(target)
  await backupDatabase(path, target, api)
}

/**
 * Replaces the database file with a backup. Stop the servers first.
 * @throws {UserError} when the backup cannot be restored
 */
export async function restore(
  api: VariantName,
  { store }: Settings,
  source: string,
  { force }: { force: boolean },
): Promise<void> {
  await restoreDatabase(source, databaseFileOf(store, 'pg_restore'), { api, force })
}

function databaseFileOf(store: Settings['store'], tool: string): string {
  if (store !== undefined && isFile(store)) return store
  throw new UserError(`This command only supports SQLite files. Use ${tool} for PostgreSQL.`)
}

/** @throws {UserError} when the file already exists, or is a symbolic link, even to a missing file */
export function assertFileIsNew(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }))
    throw new UserError(`${path} already exists. Choose another file name.`)
}
