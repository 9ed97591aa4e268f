import { accessSync, constants, existsSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { writeAtomically } from '../../common/atomic-file.ts'
import { UserError } from '../../common/user-error.ts'
import { readApiName } from './database.ts'
import { withStoreErrors } from './errors.ts'

/**
 * Copies a database as it is at one moment, while servers keep using it. The copy is whole or absent.
 * @param path the database file of an API
 * @param target created with its folder; readable by its owner alone
 * @throws {UserError} when `path` is not a database of the API
 */
export async function backupDatabase(path: string, target: string, api: string): Promise<void> {
  requireDatabase(path, api)
  await writeAtomically(target, (draft) => {
    copyInto(draft, path)
    requireWhole(draft)
  })
}

/**
 * Replaces the database of an API by a backup.
 * @param options.force whether an existing database may be replaced
 * @throws {UserError} with nothing changed
 */
export async function restoreDatabase(
  backup: string,
  path: string,
  { api, force }: { api: string; force: boolean },
): Promise<void> {
  requireDatabase(backup, api)
  requireWhole(backup)
  if (existsSync(path)) {
    if (!force) throw new UserError(`There is a database at ${path}: add --force to replace it.`)
    requireUnused(path)
  }
  await writeAtomically(path, (draft) => {
    copyInto(draft, backup)
    // SQLite would take the logs of the former database for those of the restored one.
    for (const log of ['-wal', '-shm']) rmSync(path + log, { force: true })
  })
}

/** @param draft an empty file, which SQLite fills, so that its permissions are right from the first byte on */
function copyInto(draft: string, path: string): void {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    withStoreErrors(() => database.prepare('VACUUM INTO ?').run(draft))
  } finally {
    database.close()
  }
}

/** @throws {UserError} when the file is not a database of this program and this API */
function requireDatabase(path: string, api: string): void {
  accessSync(path, constants.R_OK)
  const owner = reading(path, (database) => {
    database.prepare('SELECT version FROM migrations').all()
    return readApiName(database)
  })
  if (owner !== undefined && owner !== api) throw new UserError(`${path} belongs to ${owner}, not to ${api}.`)
}

/** @throws {UserError} when the database is damaged */
function requireWhole(path: string): void {
  const verdict = reading(
    path,
    (database) => database.prepare('PRAGMA integrity_check').get()?.integrity_check,
  )
  if (verdict !== 'ok') throw new UserError(`${path} is damaged: ${verdict}.`)
}

function reading<Result>(path: string, read: (database: DatabaseSync) => Result): Result {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true })
    return read(database)
  } catch (cause) {
    throw new UserError(`${path} is no database that can be used here.`, { cause })
  } finally {
    database?.close()
  }
}

/** @throws {UserError} while another process has it open */
function requireUnused(path: string): void {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    throw new UserError(`The database ${path} is in use: stop its servers first.`, { cause: error })
  } finally {
    database.close()
  }
}
