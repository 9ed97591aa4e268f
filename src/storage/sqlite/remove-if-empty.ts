import { rmSync } from 'node:fs'
import { parentsFirst } from '../schema.ts'
import { selectCount } from '../sql.ts'
import { DatabaseSync } from './driver.ts'

/** Removes a database file if all of its tables are empty and no other process has it open. */
export function removeIfEmpty(path: string): void {
  const database = new DatabaseSync(path)
  try {
    // A process that opens the file now waits, and then finds that it is gone.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE')
    const isEmpty = parentsFirst.every((table) => {
      const { text } = selectCount(() => '?', table, {})
      return Object.values(database.prepare(text).get() ?? {})[0] === 0
    })
    database.exec('COMMIT')
    if (isEmpty) for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
  } catch {
    // Locked by another process; leave it alone.
  } finally {
    database.close()
  }
}
