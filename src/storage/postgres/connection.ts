import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from 'pg'
import { StoreUnavailableError } from '../../core/store.ts'

/** Below one second, so that a request gets its response or a 503 within a second. */
const requestTimeoutMs = 800

/** The type OID of BIGINT. */
const int8 = 20

/** Parses BIGINT as a number: timestamps and counts are safe integers, but pg returns strings by default. */
const parsers: PoolConfig['types'] = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : types.getTypeParser(oid, format as 'text'),
} as PoolConfig['types']

export interface PoolOptions {
  /** The maximum number of pooled connections; 10 by default. */
  connections?: number | undefined
  /** The time limit for getting a connection, and for each query; 800 by default. */
  timeoutMs?: number
  /** How long to ask for the outcome of a COMMIT that was not acknowledged; 5,000 by default. */
  verificationMs?: number
}

/**
 * Creates a connection pool for one schema of a database.
 * @param url `postgres://user:password@host:port/database`
 * @param schema the schema of the tables, an unquoted SQL identifier
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
  // The pool replaces broken connections. Without these listeners, the error of an idle connection, or of one
  // that is in use, would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const sqlStates = {
  foreignKey: '23503',
  unique: '23505',
  serialization: '40001',
  deadlock: '40P01',
  undefinedFunction: '42883',
  invalidParameter: '22023',
}

/** SQLSTATE classes caused by the statement: data, constraints, syntax. Retrying cannot help. */
const statementErrorClasses = ['22', '23', '42']

/**
 * Converts an error from pg: to a `StoreUnavailableError` if a later attempt may succeed. An error caused by
 * the statement itself is returned unchanged.
 */
export function toStoreError(error: unknown): unknown {
  // Thrown while the statement was built, before the database was involved.
  if (error instanceof TypeError) return error
  if (error instanceof DatabaseError && statementErrorClasses.includes(error.code?.slice(0, 2) ?? ''))
    return error
  const reason = error instanceof Error ? error.message : String(error)
  return new StoreUnavailableError(`The database is unavailable: ${reason}.`, { cause: error })
}

/**
 * Tells whether a transaction failed only because of a concurrent one, so that it can be retried as a whole.
 */
export function isRetryable(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    (error.code === sqlStates.serialization || error.code === sqlStates.deadlock)
  )
}

/** Tells whether the database has reported that it closes the connection, for example at shutdown. */
export function isFatal({ severity }: DatabaseError): boolean {
  return severity === 'FATAL' || severity === 'PANIC'
}

/**
 * Runs a function with one connection of the pool. If the function fails for any reason but an error that the
 * database reported about a statement, the state of the connection is unknown, and the connection is closed.
 * @throws {StoreUnavailableError} when no connection is available in time
 */
export async function withConnection<Result>(
  pool: Pool,
  run: (connection: PoolClient) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect().catch((error) => {
    throw toStoreError(error)
  })
  try {
    const result = await run(connection)
    connection.release()
    return result
  } catch (error) {
    connection.release(!(error instanceof DatabaseError) || isFatal(error))
    throw error
  }
}
