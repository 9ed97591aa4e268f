import { writeSync } from 'node:fs'
import type { VariantName } from '../../generated/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { createSqliteStore } from '../../src/storage/sqlite/store.ts'
import { captureLog, lightHasher } from '../support/sandbox.ts'
import { bedrud } from './dialects/bedrud.ts'
import { openfactory } from './dialects/openfactory.ts'

/**
 * A process that signs people up, and says so as a line with the address once that is acknowledged:
 * `node power-loss.child.ts <API> <database file> <how many> [PRAGMA...]`.
 */
const [name = '', path = '', count = '', ...pragmas] = process.argv.slice(2)
const dialect = [openfactory, bedrud].find((testCase) => testCase.name === name)
if (!dialect) throw new Error(`There is no dialect ${name}`)
const database = openDatabase(path)
// Checkpoints are where a log is written back into the file; without this there would be none.
database.exec('PRAGMA wal_autocheckpoint = 60')
for (const pragma of pragmas) database.exec(`PRAGMA ${pragma}`)
const sandbox = await createSandbox(name as VariantName, {
  store: createSqliteStore(database),
  hasher: lightHasher,
  log: captureLog().log,
})
const ask = async (method: string, path: string, body: unknown) =>
  (
    await sandbox.fetch(
      new Request(sandbox.publicUrl + path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  ).status
await ask('POST', '/__dev/settings', { rateLimits: false })
for (let made = 0; made < Number(count); made++) {
  const person = { email: `p${made}@example.net`, password: 'a long enough phrase', name: `Person ${made}` }
  const { method, path, body } = dialect.signUp(person)
  const status = await ask(method, path, body)
  if (status !== dialect.statuses.signedUp) throw new Error(`A sign-up was answered ${status}`)
  writeSync(1, `${person.email}\n`)
}
// No close: the power goes first.
process.exit(0)
