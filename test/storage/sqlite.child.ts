import { writeSync } from 'node:fs'
import { insert } from '../../src/core/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { session, user } from './rows.ts'

/**
 * A process that signs users up in a database file, and says so as a line with the user's id once that is acknowledged:
 * `node sqlite.child.ts <path> <how many users> <instant at which to open the file>`.
 */
const [path = '', count = '', startAt = ''] = process.argv.slice(2)
// To the millisecond, so that several meet at the file.
while (Date.now() < Number(startAt)) {}
const store = openSqliteStore(path)
for (let made = 0; made < Number(count); made++) {
  const row = user({ profile: { filler: 'x'.repeat(made % 4000) } })
  const outcome = await store.write([
    insert('users', row),
    insert('sessions', session({ userId: row.id, tokenHash: row.id })),
  ])
  if (!outcome.done) throw new Error(outcome.reason)
  writeSync(1, `${row.id}\n`)
}
await store.close()
