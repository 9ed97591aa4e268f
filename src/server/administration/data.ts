import { purge } from '../../core/purge.ts'
import { sweepUploads } from '../../core/uploads.ts'
import { backupDatabase, restoreDatabase } from '../../storage/sqlite/backup.ts'
import { isFile } from '../opening.ts'
import type { Settings } from '../sandbox.ts'
import { AdministrationError } from './errors.ts'
import type { Administered } from './open.ts'

/** @returns how many have gone, by table */
export const purgeEnded = async ({ core, files }: Administered): Promise<Record<string, number>> => ({
  ...(await purge(core)),
  uploads: await sweepUploads(core, files.port),
})

/**
 * Copies the database file at one moment, also while servers go on with it.
 * @throws {AdministrationError}
 */
export const backup = ({ store }: Settings, target: string): void =>
  orSay(() => backupDatabase(fileOf(store, 'pg_dump'), target))

/**
 * Puts a backup in the place of the database file.
 * @throws {AdministrationError}
 */
export const restore = ({ store }: Settings, source: string, options: { force: boolean }): void =>
  orSay(() => restoreDatabase(source, fileOf(store, 'pg_restore'), options))

function fileOf(store: Settings['store'], tool: string): string {
  if (store !== undefined && isFile(store)) return store
  throw new AdministrationError(`This is for database files. For PostgreSQL there is ${tool}.`)
}

function orSay(act: () => void): void {
  try {
    act()
  } catch (error) {
    throw error instanceof AdministrationError
      ? error
      : new AdministrationError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
