import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError, type Pool, type PoolClient, type QueryResult } from 'pg'
import { isFatal, sqlStates, withConnection } from './connection.ts'

const betweenAttemptsMs = 50

/** Identifies a transaction and the process of the server that runs it. */
interface TransactionId {
  xid: string
  pid: number
}

/** The result of a transaction, and whether to commit it. */
export interface Outcome<Result> {
  commit: boolean
  result: Result
}

/**
 * Runs a transaction. If the connection breaks or times out after COMMIT was sent, the outcome is unknown to
 * this process, but not to the database: it is asked on another connection, so that a committed write is not
 * reported as a failed one.
 * @param options.verificationMs how long to ask for the outcome
 * @throws errors of pg; then nothing was committed, unless the database stays unreachable for seconds after
 *   COMMIT was sent
 */
export async function runTransaction<Result>(
  pool: Pool,
  run: (connection: PoolClient) => Promise<Outcome<Result>>,
  { verificationMs }: { verificationMs: number },
): Promise<Result> {
  let sent: { id: TransactionId | undefined; result: Result } | undefined
  try {
    return await withConnection(pool, async (connection) => {
      const id = await begin(pool, connection)
      const { commit, result } = await run(connection)
      if (commit) sent = { id, result }
      await connection.query(commit ? 'COMMIT' : 'ROLLBACK')
      return result
    })
  } catch (error) {
    // An error of the statement means that the database has rolled back.
    const isReported = error instanceof DatabaseError && !isFatal(error)
    if (sent?.id && !isReported && (await wasCommitted(pool, sent.id, verificationMs))) return sent.result
    throw error
  }
}

/** The pools of databases that cannot tell the outcome of a transaction, such as CockroachDB. */
const poolsWithoutIds = new WeakSet<Pool>()

/** @returns undefined if the database cannot tell the outcome of a transaction */
async function begin(pool: Pool, connection: PoolClient): Promise<TransactionId | undefined> {
  if (poolsWithoutIds.has(pool)) {
    await connection.query('BEGIN')
    return undefined
  }
  try {
    // One round trip. Two statements return two results, which the types of pg do not know.
    const results: unknown = await connection.query(
      'BEGIN; SELECT pg_current_xact_id()::text AS xid, pg_backend_pid() AS pid',
    )
    return (results as [QueryResult, QueryResult<TransactionId>])[1].rows[0]
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== sqlStates.undefinedFunction) throw error
    poolsWithoutIds.add(pool)
    await connection.query('ROLLBACK')
    return begin(pool, connection)
  }
}

/**
 * Asks for the outcome of a transaction whose COMMIT was sent. A transaction that has not got its COMMIT is
 * ended, so that a late one cannot change the outcome.
 * @returns false if it was rolled back, or if the database stays unreachable
 */
async function wasCommitted(
  pool: Pool,
  { xid, pid }: TransactionId,
  verificationMs: number,
): Promise<boolean> {
  const end = performance.now() + verificationMs
  for (let wait = 0; performance.now() < end; wait = betweenAttemptsMs) {
    await pause(wait)
    try {
      const { rows } = await pool.query(
        'SELECT pg_xact_status($1::xid8) AS status, pg_is_in_recovery() AS recovers',
        [xid],
      )
      const [{ status, recovers }] = rows
      // A standby may not have got the outcome yet.
      if (recovers) continue
      if (status !== 'in progress') return status === 'committed'
      // The id of the transaction guards against another process that has got the same pid. A server process
      // that is committing ignores the signal until it is done.
      await pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_xid = $2::xid8::xid',
        [pid, xid],
      )
    } catch (error) {
      // After a crash, the database does not know an id that it has not written to the disk.
      if (error instanceof DatabaseError && error.code === sqlStates.invalidParameter) return false
    }
  }
  return false
}
