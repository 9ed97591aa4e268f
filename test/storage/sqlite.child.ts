import { writeSync } from 'node:fs'
import { type Change, insert, StoreUnavailableError } from '../../src/core/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { session, user } from './rows.ts'

/**
 * A process that inserts users into a database file, and prints the id of each user once its write is
 * acknowledged: `node sqlite.child.ts <path> <number of users> <time at which to open the file>`.
 */
const [path = '', count = '', startAt = ''] = process.argv.slice(2)
// A busy loop is exact to the millisecond, so that several processes open the file at the same time.
while (Date.now() < Number(startAt)) {}
const store = openSqliteStore(path)
for (let index = 0; index < Number(count); index++) {
  const row = user({ profile: { filler: 'x'.repeat(index % 4000) } })
  const outcome = await write([
    insert('users', row),
    insert('sessions', session({ userId: row.id, tokenHash: row.id })),
  ])
  if (!outcome.done) throw new Error(outcome.reason)
  writeSync(1, `${row.id}\n`)
}
await store.close()

/** Repeats a write while the file is locked, which lasts longer on a busy machine. */
async function write(changes: Change[]) {
  for (;;) {
    try {
      return await store.write(changes)
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
    }
  }
}
