import { existsSync } from 'node:fs'
import type { VariantName } from '../../../generated/index.ts'
import { UserError } from '../../common/user-error.ts'
import { purge } from '../../core/purge.ts'
import { sweepUploads } from '../../core/uploads.ts'
import { backupDatabase, restoreDatabase } from '../../storage/sqlite/backup.ts'
import type { Settings } from '../settings.ts'
import { isFile } from '../store.ts'
import type { AdminContext } from './open.ts'

/** @returns the numbers of deleted rows, by table */
export async function purgeEnded({ core, files }: AdminContext): Promise<Record<string, number>> {
  return {
    ...(await purge(core)),
    uploads: await sweepUploads(core, files.port),
  }
}

/**
 * Copies the database file as it is at one moment, while servers keep using it.
 * @throws {UserError}
 */
export async function backup(api: VariantName, { store }: Settings, target: string): Promise<void> {
  const path = fileOf(store, 'pg_dump')
  requireNew(target)
  await backupDatabase(path, target, api)
}

/**
 * Replaces the database file by a backup.
 * @throws {UserError}
 */
export async function restore(
  api: VariantName,
  { store }: Settings,
  source: string,
  { force }: { force: boolean },
): Promise<void> {
  await restoreDatabase(source, fileOf(store, 'pg_restore'), { api, force })
}

function fileOf(store: Settings['store'], tool: string): string {
  if (store !== undefined && isFile(store)) return store
  throw new UserError(`This is for database files. For PostgreSQL there is ${tool}.`)
}

/** @throws {UserError} when the file exists, which is then left alone */
export function requireNew(path: string): void {
  if (existsSync(path)) throw new UserError(`${path} exists: name a file that does not.`)
}
