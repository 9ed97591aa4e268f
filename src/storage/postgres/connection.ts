import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from 'pg'
import { StoreUnavailableError } from '../../core/store.ts'

/** A request that needs the database gets its answer or a 503 within a second, so a query gets less. */
const requestTimeoutMs = 800

const int8 = 20

/** Instants and counts are safe integers; pg would hand them over as text. */
const parsers: PoolConfig['types'] = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : types.getTypeParser(oid, format as 'text'),
} as PoolConfig['types']

export interface PoolOptions {
  /** How many there are at most. */
  connections?: number | undefined
  /** How long to wait for a connection, and for the answer to a query. */
  timeoutMs?: number
}

/**
 * Connections to one schema of a database.
 * @param url `postgres://user:password@host:port/database`
 * @param schema where the tables are; a word
 */
export function createPool(
  url: string,
  schema: string,
  { connections = 10, timeoutMs = requestTimeoutMs }: PoolOptions = {},
): Pool {
  const pool = new Pool({
    connectionString: url,
    options: `-c search_path=${schema}`,
    max: connections,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    types: parsers,
    application_name: 'auth-contracts',
  })
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const sqlStates = {
  foreignKey: '23503',
  unique: '23505',
  serialization: '40001',
  deadlock: '40P01',
}

/** Classes of what is wrong with a statement: data, constraints, syntax. The rest is the place or the moment. */
const faults = ['22', '23', '42']

/**
 * What a caller is told of a failure: that the database cannot do it now, or the error itself where it is a mistake.
 * @param error what pg threw while it talked to the database
 */
export function toStoreError(error: unknown): unknown {
  // Of whoever made the statement: no database was asked.
  if (error instanceof TypeError) return error
  if (error instanceof DatabaseError && faults.includes(error.code?.slice(0, 2) ?? '')) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new StoreUnavailableError(`The database cannot do it now: ${reason}.`, { cause: error })
}

/** Whether another transaction was in the way, so that the whole of this one may simply be tried again. */
export function isRetryable(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    (error.code === sqlStates.serialization || error.code === sqlStates.deadlock)
  )
}

/**
 * Does something on one connection, which is thrown away where its state is not certain any more.
 * @throws {StoreUnavailableError} when there is no connection in time, and what `act` throws
 */
export async function withConnection<Result>(
  pool: Pool,
  act: (connection: PoolClient) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect().catch((error) => {
    throw toStoreError(error)
  })
  try {
    const result = await act(connection)
    connection.release()
    return result
  } catch (error) {
    connection.release(!(error instanceof DatabaseError))
    throw error
  }
}
