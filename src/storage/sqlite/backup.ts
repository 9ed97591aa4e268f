import { accessSync, constants, existsSync, rmSync } from 'node:fs'
import { writeAtomically } from '../../common/atomic-file.ts'
import { UserError } from '../../common/user-error.ts'
import { readApiName } from './database.ts'
import { DatabaseSync } from './driver.ts'
import { withStoreErrors } from './errors.ts'

/**
 * Copies a consistent snapshot of a database while servers keep using it. A failure leaves no copy.
 * @param path the database file of an API
 * @param target the file to write, readable by its owner only; its folder is created if missing
 * @throws {UserError} when `path` is not a database of the API
 * @throws {NodeJS.ErrnoException} `EEXIST` when `target` exists
 */
export async function backupDatabase(path: string, target: string, api: string): Promise<void> {
  assertDatabaseOf(path, api)
  await writeAtomically(
    target,
    (draft) => {
      copyInto(draft, path)
      assertIntact(draft)
    },
    { replace: false },
  )
}

/**
 * Replaces the database of an API with a backup.
 * @param options.force whether to replace an existing database
 * @throws {UserError} when the backup or the existing database cannot be used; nothing is changed then
 */
export async function restoreDatabase(
  backup: string,
  path: string,
  { api, force }: { api: string; force: boolean },
): Promise<void> {
  assertDatabaseOf(backup, api)
  assertIntact(backup)
  if (existsSync(path)) {
    if (!force) throw new UserError(`The database ${path} already exists. Pass --force to replace it.`)
    assertNotInUse(path)
  }
  await writeAtomically(path, (draft) => {
    copyInto(draft, backup)
    // SQLite would apply the write-ahead log of the old database to the restored one.
    for (const log of ['-wal', '-shm']) rmSync(path + log, { force: true })
  })
}

/** Copies a database into an existing empty file, which has the right permissions from the start. */
function copyInto(draft: string, path: string): void {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    withStoreErrors(() => database.prepare('VACUUM INTO ?').run(draft))
  } finally {
    database.close()
  }
}

/** @throws {UserError} when the file is not a database of this API */
function assertDatabaseOf(path: string, api: string): void {
  accessSync(path, constants.R_OK)
  const owner = withDatabase(path, (database) => {
    database.prepare('SELECT version FROM migrations').all()
    return readApiName(database)
  })
  if (owner !== undefined && owner !== api)
    throw new UserError(`The database ${path} belongs to ${owner}, not to ${api}.`)
}

/** @throws {UserError} when the database is damaged */
function assertIntact(path: string): void {
  const verdict = withDatabase(
    path,
    (database) => database.prepare('PRAGMA integrity_check').get()?.integrity_check,
  )
  if (verdict !== 'ok') throw new UserError(`The database ${path} is damaged: ${verdict}.`)
}

function withDatabase<Result>(path: string, read: (database: DatabaseSync) => Result): Result {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true })
    return read(database)
  } catch (cause) {
    throw new UserError(`${path} is not a database of auth-contracts.`, { cause })
  } finally {
    database?.close()
  }
}

/** @throws {UserError} when another process has the database open */
function assertNotInUse(path: string): void {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    throw new UserError(`The database ${path} is in use. Stop the servers that use it first.`, {
      cause: error,
    })
  } finally {
    database.close()
  }
}
