/**
 * Serves better-auth as its documentation shows, on SQLite with the same durability. Arguments: port, folder.
 * Plain JavaScript, because the types of better-auth are not installed before `npm run bench`.
 */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'

const [port, folder = '.'] = process.argv.slice(2)
const database = new DatabaseSync(join(folder, 'peer.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')

const options = {
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'a-secret-for-benchmarks-0123456789-abcdefghijklmnop',
  database,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
}
// Must run before the first use.
await (await getMigrations(options)).runMigrations()

createServer(toNodeHandler(betterAuth(options))).listen(Number(port), '127.0.0.1')
