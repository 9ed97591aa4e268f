import { StoreUnavailableError } from '../../core/store.ts'
import { createSqlRateLimiter } from '../sql-rate-limiter.ts'
import type { Stored } from '../values.ts'
import { createPrivateFile, statementCache } from './database.ts'
import { DatabaseSync } from './driver.ts'
import { toUserError, withStoreErrors } from './errors.ts'

/** Short, because SQLite blocks the event loop while it waits for the lock of another process. */
const busyTimeoutMs = 500

/**
 * Opens a rate limiter shared by the processes that serve one database file. It has a separate file, so that
 * no call has to wait for the disk: if the machine crashes, losing the latest counts is acceptable.
 * @param path created if missing
 * @throws {UserError} when the file cannot be used
 */
export function openSqliteRateLimiter(path: string) {
  const database = open(path)
  const statement = statementCache(database)

  function rows(text: string, values: Stored[]): Stored[][] {
    if (!database.isOpen) throw new StoreUnavailableError('The rate limiter is closed.')
    return statement(text).all(...values) as unknown as Stored[][]
  }

  return {
    limiter: createSqlRateLimiter(async (text, values) => withStoreErrors(() => rows(text, values))),
    close() {
      if (database.isOpen) database.close()
    },
  }
}

function open(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    createPrivateFile(path)
    database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;
      CREATE TABLE IF NOT EXISTS limit_windows (
        key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`)
    return database
  } catch (error) {
    database?.close()
    throw toUserError(path, error)
  }
}
