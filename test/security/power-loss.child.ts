import { writeSync } from 'node:fs'
import type { VariantName } from '../../generated/index.ts'
import { bedrud } from '../../src/conformance/variants/bedrud.ts'
import { openfactory } from '../../src/conformance/variants/openfactory.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { createSqliteStore } from '../../src/storage/sqlite/store.ts'
import { captureLog, lightHasher } from '../support/sandbox.ts'

/**
 * Signs up users, and prints the email of each acknowledged sign-up as one line:
 * `node power-loss.child.ts <API> <database file> <count> [PRAGMA...]`.
 */
const [name = '', path = '', count = '', ...pragmas] = process.argv.slice(2)
const adapter = [openfactory, bedrud].find((testCase) => testCase.name === name)
if (!adapter) throw new Error(`Unknown API: ${name}`)
const database = openDatabase(path)
// Checkpoints write the WAL back to the database. By default, the test is too short for one.
database.exec('PRAGMA wal_autocheckpoint = 60')
for (const pragma of pragmas) database.exec(`PRAGMA ${pragma}`)
const sandbox = await createSandbox(name as VariantName, {
  store: createSqliteStore(database),
  hasher: lightHasher,
  log: captureLog().log,
})
const send = async (method: string, path: string, body: unknown) =>
  (
    await sandbox.fetch(
      new Request(sandbox.publicUrl + path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  ).status
await send('POST', '/__dev/settings', { rateLimits: false })
for (let index = 0; index < Number(count); index++) {
  const person = { email: `p${index}@example.net`, password: 'a long enough phrase', name: `Person ${index}` }
  const { method, path, body } = adapter.signUp(person)
  const status = await send(method, path, body)
  if (status !== adapter.statuses.signedUp) throw new Error(`The sign-up failed with ${status}`)
  writeSync(1, `${person.email}\n`)
}
// Exits without closing the database, as in a power loss.
process.exit(0)
