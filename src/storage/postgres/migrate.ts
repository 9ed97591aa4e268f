import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'

const folder = join(import.meta.dirname, 'migrations')

/** What PostgreSQL says when another server makes the same thing at the same moment (42710: its type is there). */
const racing = ['23505', '42P06', '42P07', '42710']
const maxAttempts = 5

/** More than any migration takes, and than a server waits for another one that applies it. */
const standardPatienceMs = 60_000

/**
 * Applies what is missing of `migrations/`, in the order of their names, each all or nothing. A migration that was released is
 * never edited: the next change is the next file. Of servers that start together, the one that writes the row of a version
 * first applies it, and the others wait for that row: no lock that only one kind of database has.
 * @param patienceMs how long a statement may take
 * @throws {Error} what the database says; a sentence when it says nothing, or was made by a newer release
 */
export async function migrate(
  url: string,
  schema: string,
  { timeoutMs = standardPatienceMs }: { timeoutMs?: number } = {},
): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: timeoutMs,
  })
  // A connection that breaks fails its next statement; without a listener it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await evenIfRacing(() => client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`))
    await client.query(`SET search_path TO ${schema}`)
    await evenIfRacing(() =>
      client.query(
        'CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
      ),
    )
    const files = readdirSync(folder).sort()
    for (const [index, file] of files.entries()) await evenIfRacing(() => apply(client, index + 1, file))
    const applied = await versionOf(client)
    if (applied > files.length)
      throw new Error(
        `it was made by a newer release (version ${applied}, this one knows ${files.length}); run that release or take another database`,
      )
  } catch (error) {
    throw isSilence(error) ? new Error('it does not answer.', { cause: error }) : error
  } finally {
    await client.end()
  }
}

/** What pg says when its own time is up. */
function isSilence(error: unknown) {
  return error instanceof Error && ['timeout expired', 'Query read timeout'].includes(error.message)
}

async function versionOf(client: Client): Promise<number> {
  return Number(
    (await client.query('SELECT coalesce(max(version), 0) AS version FROM migrations')).rows[0].version,
  )
}

async function apply(client: Client, version: number, file: string): Promise<void> {
  if ((await versionOf(client)) >= version) return
  await client.query('BEGIN')
  try {
    // Whoever comes second waits here until the first has finished.
    await client.query('INSERT INTO migrations VALUES ($1, $2, $3)', [version, file, Date.now()])
    await client.query(readFileSync(join(folder, file), 'utf8'))
    await client.query('COMMIT')
  } catch (error) {
    // One that does not answer would not answer this either; the end of the connection is the same to it.
    if (error instanceof DatabaseError) await client.query('ROLLBACK')
    throw error
  }
}

/** Each of these can be tried again: it finds what the other server has made. */
async function evenIfRacing(make: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await make()
      return
    } catch (error) {
      const again = error instanceof DatabaseError && racing.includes(error.code ?? '')
      if (!again || attempt === maxAttempts) throw error
      await setTimeout(attempt * 50)
    }
}
