import { createPrivateFile } from './database.ts'
import { DatabaseSync } from './driver.ts'
import { sqliteErrorCode, toUserError } from './errors.ts'

/** How long to wait for a process that is taking the lock at the same moment. */
const busyTimeoutMs = 500

/**
 * Takes a lock that ends with the process, even if it is killed: Node has no advisory file locks, but an open
 * write transaction of SQLite holds one, and lets others read who holds it.
 * @param path the file of the lock; created if missing, and never deleted, because that would be a race
 * @param holder describes this process to others
 * @returns how to release the lock, or who holds it
 * @throws {UserError} when the file cannot be used
 */
export function acquireProcessLock(
  path: string,
  holder: string,
): { release: () => void } | { release: undefined; holder: string } {
  let database: DatabaseSync | undefined
  try {
    createPrivateFile(path)
    database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    database.exec('PRAGMA synchronous = OFF; BEGIN IMMEDIATE')
    database.exec('CREATE TABLE IF NOT EXISTS holder (name TEXT NOT NULL) STRICT; DELETE FROM holder')
    database.prepare('INSERT INTO holder VALUES (?)').run(holder)
    database.exec('COMMIT; BEGIN IMMEDIATE')
    held.add(database)
    return { release: releaseOf(database) }
  } catch (error) {
    const other = isBusy(error) && database ? readHolder(database) : undefined
    database?.close()
    if (other === undefined) throw toUserError(path, error)
    return { release: undefined, holder: other }
  }
}

/** Node closes a database that nothing refers to, which would end the lock. */
const held = new Set<DatabaseSync>()

function releaseOf(database: DatabaseSync) {
  return () => {
    if (held.delete(database)) database.close()
  }
}

const isBusy = (error: unknown) => ((sqliteErrorCode(error) ?? 0) & 0xff) === 5

function readHolder(database: DatabaseSync): string {
  try {
    return String(database.prepare('SELECT name FROM holder').get()?.name)
  } catch {
    // The other process has just started.
    return 'another process'
  }
}
