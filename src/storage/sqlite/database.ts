import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { makeFolder } from '../../common/make-folder.ts'
import { memoize } from '../../core/memoize.ts'
import { toUserError } from './errors.ts'

/** How long a call waits for the lock of another process before it gives up. Nothing else runs meanwhile. */
const busyTimeoutMs = 2000

/**
 * Opens a database file, which is made when there is none, and brings its tables up to date.
 * @param path a file that only its owner may read, or `:memory:`
 * @param api whose database it is; what belongs to another is refused
 * @throws {UserError} when the file cannot be used
 */
export function openDatabase(path: string, api?: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    if (path !== ':memory:') createPrivateFile(path)
    database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    enableWal(database)
    // FULL: a commit is on the disk before it is acknowledged. NORMAL may lose the last ones with the power.
    // What is deleted is overwritten: an account that was erased is in no copy of the file.
    // temp_store: SQLite's temporary files would hold user data outside the data folder, and outlive a killed process.
    database.exec(`PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
      PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY`)
    migrate(database, api)
    return database
  } catch (error) {
    database?.close()
    throw toUserError(path, error)
  }
}

/** Prepares each statement once. Rows come as arrays; parameters may be written `?1` or, as for PostgreSQL, `$1`. */
export function statementCache(database: DatabaseSync): (text: string) => StatementSync {
  return memoize((text) => {
    const statement = database.prepare(text.replaceAll('$', '?'))
    statement.setReturnArrays(true)
    return statement
  })
}

/** @returns whose database it is; undefined when nobody has said so yet */
export function readApiName(database: DatabaseSync): string | undefined {
  const canSay = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'api'").get()
  return canSay && (database.prepare('SELECT name FROM api').get()?.name as string | undefined)
}

/** SQLite would let everybody read a new file; the files it puts beside it get the same permissions. */
export function createPrivateFile(path: string): void {
  makeFolder(dirname(path), 0o700)
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return
  }
}

/** The one step in which SQLite does not wait for others: two that open a new file at once get in each other's way. */
function enableWal(database: DatabaseSync) {
  const giveUpAt = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== 5 || performance.now() > giveUpAt) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/**
 * Applies what is missing of `migrations/`, in the order of their names, all or nothing. A migration that was released
 * is never edited: the next change is the next file. What belongs to another API stays as it is.
 */
function migrate(database: DatabaseSync, api: string | undefined) {
  const folder = join(import.meta.dirname, 'migrations')
  const files = readdirSync(folder).sort()
  database.exec('BEGIN IMMEDIATE')
  try {
    const owner = readApiName(database)
    if (api !== undefined && owner !== undefined && owner !== api)
      throw new Error(`it belongs to ${owner}, not to ${api}; take another file.`)
    database.exec(
      'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
    )
    const applied = Number(
      database.prepare('SELECT coalesce(max(version), 0) AS version FROM migrations').get()?.version,
    )
    if (applied > files.length)
      throw new Error(
        `it was made by a newer release (version ${applied}, this one knows ${files.length}); run that release or take another file.`,
      )
    const record = database.prepare('INSERT INTO migrations VALUES (?, ?, ?)')
    files.slice(applied).forEach((file, index) => {
      database.exec(readFileSync(join(folder, file), 'utf8'))
      record.run(applied + index + 1, file, Date.now())
    })
    if (api !== undefined && owner === undefined) database.prepare('INSERT INTO api VALUES (?)').run(api)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
