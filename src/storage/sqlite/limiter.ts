import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { createSharedLimiter } from '../shared-limiter.ts'
import type { Stored } from '../values.ts'
import { createPrivately } from './database.ts'

const busyTimeoutMs = 2000

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
    let statement = prepared.get(text)
    if (!statement) {
      statement = database.prepare(text.replaceAll('$', '?'))
      statement.setReturnArrays(true)
      prepared.set(text, statement)
    }
    return statement
  }

  return {
    limiter: createSharedLimiter(
      async (text, values) => prepare(text).all(...values) as unknown as Stored[][],
    ),
    close() {
      prepared.clear()
      if (database.isOpen) database.close()
    },
  }
}
