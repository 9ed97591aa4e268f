import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Unavailable } from '../../core/store.ts'
import { createSharedLimiter } from '../shared-limiter.ts'
import type { Stored } from '../values.ts'
import { createPrivately } from './database.ts'
import { orUnavailable } from './errors.ts'

/** Nothing else runs while a call waits for the lock of another process, and a count is not worth more. */
const busyTimeoutMs = 500

/**
 * Counters in a file of their own, for the processes that serve one database file. They are worth less than what is in the
 * database: a crash of the machine may forget the latest, so nobody waits for the disk.
 * @param path made when there is none
 */
export function openSqliteLimiter(path: string) {
  createPrivately(path)
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS limit_windows (
      key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`)
  const prepared = new Map<string, StatementSync>()

  function prepare(text: string): StatementSync {
    if (!database.isOpen) throw new Unavailable('The limits are closed.')
    let statement = prepared.get(text)
    if (!statement) {
      statement = database.prepare(text.replaceAll('$', '?'))
      statement.setReturnArrays(true)
      prepared.set(text, statement)
    }
    return statement
  }

  return {
    limiter: createSharedLimiter(async (text, values) =>
      orUnavailable(() => prepare(text).all(...values) as unknown as Stored[][]),
    ),
    close() {
      prepared.clear()
      if (database.isOpen) database.close()
    },
  }
}
