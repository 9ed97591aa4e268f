import type { VariantName } from '../../../generated/index.ts'
import { fileMistake } from '../../adapters/file-errors.ts'
import { purge } from '../../core/purge.ts'
import { sweepUploads } from '../../core/uploads.ts'
import { backupDatabase, restoreDatabase } from '../../storage/sqlite/backup.ts'
import { isFile } from '../resources.ts'
import type { Settings } from '../server.ts'
import { AdministrationError, requireNew } from './errors.ts'
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
export const backup = (api: VariantName, { store }: Settings, target: string): void =>
  orSay(() => {
    const path = fileOf(store, 'pg_dump')
    requireNew(target)
    backupDatabase(path, target, api)
  })

/**
 * Puts a backup in the place of the database file.
 * @throws {AdministrationError}
 */
export const restore = (
  api: VariantName,
  { store }: Settings,
  source: string,
  { force }: { force: boolean },
): void => orSay(() => restoreDatabase(source, fileOf(store, 'pg_restore'), { api, force }))

function fileOf(store: Settings['store'], tool: string): string {
  if (store !== undefined && isFile(store)) return store
  throw new AdministrationError(`This is for database files. For PostgreSQL there is ${tool}.`)
}

function orSay(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (error instanceof AdministrationError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new AdministrationError(fileMistake(error) ?? message, { cause: error })
  }
}
