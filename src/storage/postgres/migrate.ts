import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'

const folder = join(import.meta.dirname, 'migrations')

/**
 * SQLSTATE codes of a race: another server creates the same object at the same time (42710: its row type
 * exists).
 */
const raceCodes = ['23505', '42P06', '42P07', '42710']
const maxAttempts = 5

/** Longer than any migration takes, because a server also waits for the one that applies it. */
const defaultTimeoutMs = 60_000

/**
 * Applies the pending files of `migrations/` in order, each in one transaction. Released migrations are never
 * edited: add a new file instead.
 *
 * If several servers start at once, the server that first inserts the row of a version applies it, and the
 * others wait on that row. This works on databases without advisory locks.
 * @param options.timeoutMs the time limit per statement
 * @throws {Error} the error of the database, or a readable one if it does not respond or was
 *   created by a newer release
 */
export async function migrate(
  url: string,
  schema: string,
  { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {},
): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: timeoutMs,
  })
  // A broken connection also fails the next statement. Without this listener, it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await retryOnRace(() => client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`))
    await client.query(`SET search_path TO ${schema}`)
    await retryOnRace(() =>
      client.query(
        'CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
      ),
    )
    const files = readdirSync(folder).sort()
    for (const [index, file] of files.entries())
      await retryOnRace(() => applyMigration(client, index + 1, file))
    const applied = await currentVersion(client)
    if (applied > files.length)
      throw new Error(
        `it was created by a newer release (schema version ${applied}; this release supports ${files.length}). Run that release, or use another database.`,
      )
  } catch (error) {
    throw isTimeout(error) ? new Error('it does not respond.', { cause: error }) : error
  } finally {
    await client.end()
  }
}

/** Recognises the timeout errors of pg, which have no code. */
function isTimeout(error: unknown) {
  return error instanceof Error && ['timeout expired', 'Query read timeout'].includes(error.message)
}

async function currentVersion(client: Client): Promise<number> {
  return Number(
    (await client.query('SELECT coalesce(max(version), 0) AS version FROM migrations')).rows[0].version,
  )
}

async function applyMigration(client: Client, version: number, file: string): Promise<void> {
  if ((await currentVersion(client)) >= version) return
  await client.query('BEGIN')
  try {
    // A second server waits here until the first one commits.
    await client.query('INSERT INTO migrations VALUES ($1, $2, $3)', [version, file, Date.now()])
    await client.query(readFileSync(join(folder, file), 'utf8'))
    await client.query('COMMIT')
  } catch (error) {
    // Skipped if the database does not respond: closing the connection rolls back, too.
    if (error instanceof DatabaseError) await client.query('ROLLBACK')
    throw error
  }
}

/** Retries an idempotent step that failed because another server ran it at the same time. */
async function retryOnRace(run: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await run()
      return
    } catch (error) {
      const isRace = error instanceof DatabaseError && raceCodes.includes(error.code ?? '')
      if (!isRace || attempt === maxAttempts) throw error
      await setTimeout(attempt * 50)
    }
}
