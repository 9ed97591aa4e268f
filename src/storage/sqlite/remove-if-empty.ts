import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { parentsFirst } from '../schema.ts'
import { selectCount } from '../sql.ts'

/** Removes a database file that nobody uses and that has nothing in it; any other stays. */
export function removeIfEmpty(path: string): void {
  const database = new DatabaseSync(path)
  try {
    // Whoever opens it meanwhile waits, and finds none.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE')
    const isEmpty = parentsFirst.every((table) => {
      const { text } = selectCount(() => '?', table, {})
      return Object.values(database.prepare(text).get() ?? {})[0] === 0
    })
    database.exec('COMMIT')
    if (isEmpty) for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  } catch {
    // In use, so it is not this one's to remove.
  } finally {
    database.close()
  }
}
