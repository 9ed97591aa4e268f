import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StatementSync } from 'node:sqlite'
import { makeFolder } from '../../common/make-folder.ts'
import { memoize } from '../../core/memoize.ts'
import { DatabaseSync } from './driver.ts'
import { toUserError } from './errors.ts'

/** How long a call waits for the lock of another process. It blocks the event loop meanwhile. */
const busyTimeoutMs = 2000

/**
 * Opens a database file, and applies pending migrations.
 * @param path created if missing, readable by its owner only; or `:memory:`
 * @param api the API that the database belongs to
 * @throws {UserError} when the file cannot be used, or belongs to another API
 */
export function openDatabase(path: string, api?: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    if (path !== ':memory:') createPrivateFile(path)
    database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    enableWal(database)
    // synchronous = FULL: commits wait for the disk. NORMAL can lose the latest commits in a power failure.
    // secure_delete: deleted rows are overwritten, so the file keeps no data of erased accounts.
    // temp_store: temporary files would hold user data outside the data folder, and survive a killed process.
    database.exec(`PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
      PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY`)
    migrate(database, api)
    return database
  } catch (error) {
    database?.close()
    throw toUserError(path, error)
  }
}

/**
 * Returns a function that prepares each statement once. Rows are arrays. Parameters are written `?1`, or `$1`
 * as for PostgreSQL.
 */
export function statementCache(database: DatabaseSync): (text: string) => StatementSync {
  return memoize((text) => {
    const statement = database.prepare(text.replaceAll('$', '?'))
    statement.setReturnArrays(true)
    return statement
  })
}

/** Returns the API that a database belongs to; undefined if none has been recorded yet. */
export function readApiName(database: DatabaseSync): string | undefined {
  const hasTable = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'api'").get()
  return hasTable && (database.prepare('SELECT name FROM api').get()?.name as string | undefined)
}

/**
 * Creates the file with mode 600, because SQLite would create it readable by everyone. SQLite gives its
 * journal files the same mode.
 */
export function createPrivateFile(path: string): void {
  makeFolder(dirname(path), 0o700)
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // A link to a missing file, which SQLite would create. An existing database must not be opened here,
    // because closing it would drop the locks that SQLite holds in this process.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  }
}

/**
 * Retries while the file is locked, because SQLite ignores its busy timeout when it changes the journal mode.
 */
function enableWal(database: DatabaseSync) {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== 5 || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/**
 * The result of all migrations, from which the process creates further databases. That takes a fifth of the
 * time, because SQLite parses the whole schema again for each renamed column.
 */
let latestSchema: string | undefined

function readSchema(database: DatabaseSync): string {
  const entries =
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'migrations' ORDER BY rowid"
  const statements = database.prepare(entries).all()
  return statements.map(({ sql }) => sql).join(';')
}

/**
 * Applies the pending files of `migrations/` in order, in one transaction. Released migrations are never
 * edited: add a new file instead.
 * @throws {Error} when the database belongs to another API or was created by a newer release; it is left
 *   unchanged
 */
function migrate(database: DatabaseSync, api: string | undefined) {
  const folder = join(import.meta.dirname, 'migrations')
  const files = readdirSync(folder).sort()
  database.exec('BEGIN IMMEDIATE')
  try {
    const owner = readApiName(database)
    if (api !== undefined && owner !== undefined && owner !== api)
      throw new Error(`it belongs to ${owner}, not to ${api}. Use another file.`)
    database.exec(
      'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
    )
    const applied = Number(
      database.prepare('SELECT coalesce(max(version), 0) AS version FROM migrations').get()?.version,
    )
    if (applied > files.length)
      throw new Error(
        `it was created by a newer release (schema version ${applied}; this release supports ${files.length}). Run that release, or use another file.`,
      )
    if (applied === 0 && latestSchema !== undefined) database.exec(latestSchema)
    else for (const file of files.slice(applied)) database.exec(readFileSync(join(folder, file), 'utf8'))
    if (applied === 0) latestSchema ??= readSchema(database)
    const record = database.prepare('INSERT INTO migrations VALUES (?, ?, ?)')
    files.slice(applied).forEach((file, index) => {
      record.run(applied + index + 1, file, Date.now())
    })
    if (api !== undefined && owner === undefined) database.prepare('INSERT INTO api VALUES (?)').run(api)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
