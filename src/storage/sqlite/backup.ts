import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { apiOf, createPrivately } from './database.ts'

/**
 * Copies a database as it is at one moment, while servers go on with it. The copy is whole or not there.
 * @param path the database file of an API @param target made with its folder; readable by its owner alone
 * @throws {Error} with a sentence for the operator
 */
export function backupDatabase(path: string, target: string, api: string): void {
  requireDatabase(path, api)
  const draft = `${target}.partial`
  try {
    copyPrivately(path, draft)
    requireWhole(draft)
    putInPlace(draft, target)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/**
 * Puts a backup in the place of the database of an API. What was there is gone.
 * @param force whether a database that is there may be replaced
 * @throws {Error} with a sentence for the operator; nothing has changed then
 */
export function restoreDatabase(
  backup: string,
  path: string,
  { api, force }: { api: string; force: boolean },
): void {
  requireDatabase(backup, api)
  requireWhole(backup)
  if (existsSync(path)) {
    if (!force) throw new Error(`There is a database at ${path}: add --force to replace it.`)
    requireUnused(path)
  }
  const draft = `${path}.partial`
  try {
    copyPrivately(backup, draft)
    // Of the database that was there: beside another one they would be taken for its own.
    for (const rest of ['-wal', '-shm']) rmSync(path + rest, { force: true })
    putInPlace(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** A copy that is its owner's alone from its first byte on: SQLite fills the empty file that it finds. */
function copyPrivately(path: string, draft: string): void {
  rmSync(draft, { force: true })
  createPrivately(draft)
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    database.prepare('VACUUM INTO ?').run(draft)
  } finally {
    database.close()
  }
}

/** @throws {Error} when the file is no database of this program and this API */
function requireDatabase(path: string, api: string): void {
  accessSync(path, constants.R_OK)
  const owner = reading(path, (database) => {
    database.prepare('SELECT version FROM migrations').all()
    return apiOf(database)
  })
  if (owner !== undefined && owner !== api) throw new Error(`${path} belongs to ${owner}, not to ${api}.`)
}

/** @throws {Error} when the database is damaged */
function requireWhole(path: string): void {
  const verdict = reading(
    path,
    (database) => database.prepare('PRAGMA integrity_check').get()?.integrity_check,
  )
  if (verdict !== 'ok') throw new Error(`${path} is damaged: ${verdict}.`)
}

function reading<Result>(path: string, read: (database: DatabaseSync) => Result): Result {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true })
    return read(database)
  } catch (cause) {
    throw new Error(`${path} is no database that can be used here.`, { cause })
  } finally {
    database?.close()
  }
}

/** @throws {Error} while another process has it open */
function requireUnused(path: string): void {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    throw new Error(`The database ${path} is in use: stop its servers first.`, { cause: error })
  } finally {
    database.close()
  }
}

/** Onto the disk before it gets its name, so that the name never stands for half a file. */
function putInPlace(draft: string, target: string): void {
  const file = openSync(draft, 'r+')
  fsyncSync(file)
  closeSync(file)
  renameSync(draft, target)
}
