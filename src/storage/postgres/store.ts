import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { UserError } from '../../common/user-error.ts'
import { memoize } from '../../core/memoize.ts'
import type { Change, Conflict, Store, TableName, WriteResult } from '../../core/store.ts'
import { StoreUnavailableError } from '../../core/store.ts'
import { parentsFirst, tableNames, tables } from '../schema.ts'
import {
  changeStatement,
  rowReader,
  type Statement,
  selectAll,
  selectCount,
  selectList,
  selectOne,
  snakeCase,
} from '../sql.ts'
import { createSqlRateLimiter } from '../sql-rate-limiter.ts'
import type { Stored } from '../values.ts'
import { createPool, isRetryable, type PoolOptions, sqlStates, toStoreError } from './connection.ts'
import { migrate } from './migrate.ts'
import { redactUrl } from './redact-url.ts'
import { runTransaction } from './transaction.ts'

/** Rows fetched at a time by a snapshot. */
const fetchSize = 500

/** The number of attempts at a transaction that fails because of concurrent ones. */
const maxAttempts = 12

/**
 * Opens the store on PostgreSQL, which any number of servers can share.
 *
 * READ COMMITTED is sufficient: every decision is the row count of a conditional statement, and the database
 * rechecks the condition after waiting for a lock. Databases with stricter isolation (such as distributed
 * ones) may abort a transaction with a serialization error; it is then retried as a whole.
 * @param url `postgres://user:password@host:port/database`
 * @param schema the schema of the tables, an unquoted SQL identifier; created if missing
 * @throws {UserError} when the database cannot be used
 */
export async function openPostgresStore(
  url: string,
  schema: string,
  options: PoolOptions = {},
): Promise<Store & { limiter: ReturnType<typeof createSqlRateLimiter> }> {
  await migrate(url, schema).catch((error) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(`The database ${redactUrl(url)} cannot be used: ${reason}`, { cause: error })
  })
  const pool = createPool(url, schema, options)
  let isOpen = true

  const rows = async ({ text, parameters }: Statement): Promise<Stored[][]> => {
    if (!isOpen) throw new StoreUnavailableError('The store is closed.')
    try {
      return (await pool.query({ name: nameOf(text), text, values: parameters, rowMode: 'array' })).rows
    } catch (error) {
      throw toStoreError(error)
    }
  }

  return {
    limiter: createSqlRateLimiter(async (text, values) => rows({ text, parameters: values })),
    find: async (table, where) => {
      const [row] = await rows(selectOne(placeholder, table, where))
      return row && (rowReader(table)(row) as never)
    },
    list: async (table, where, listing) =>
      (await rows(selectList(placeholder, table, where, listing))).map(rowReader(table)) as never,
    count: async (table, where) => Number((await rows(selectCount(placeholder, table, where)))[0]?.[0]),
    async *snapshot() {
      if (!isOpen) throw new StoreUnavailableError('The store is closed.')
      const connection = await pool.connect().catch((error) => {
        throw toStoreError(error)
      })
      try {
        await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
        for (const table of parentsFirst) {
          await connection.query(`DECLARE present NO SCROLL CURSOR FOR ${selectAll(table)}`)
          for (let more = true; more; ) {
            const { rows } = await connection.query({
              text: `FETCH ${fetchSize} FROM present`,
              rowMode: 'array',
            })
            for (const row of rows) yield { table, row: rowReader(table)(row) as never }
            more = rows.length === fetchSize
          }
          await connection.query('CLOSE present')
        }
      } catch (error) {
        throw toStoreError(error)
      } finally {
        // Closes the connection, which still has an open transaction.
        connection.release(true)
      }
    },
    async write(changes) {
      if (!isOpen) throw new StoreUnavailableError('The store is closed.')
      for (let attempt = 1; ; attempt++) {
        try {
          return await transact(pool, changes, options)
        } catch (error) {
          if (!isRetryable(error) || attempt === maxAttempts) throw toStoreError(error)
          // A random delay, so that two conflicting transactions do not collide again.
          await pause(Math.random() * 5 * 2 ** Math.min(attempt, 6))
        }
      }
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      await pool.end()
    },
  }
}

function transact(
  pool: Pool,
  changes: Iterable<Change>,
  { verificationMs = 5_000 }: PoolOptions,
): Promise<WriteResult> {
  return runTransaction<WriteResult>(
    pool,
    async (connection) => {
      let step = 0
      for (const change of changes) {
        const conflict = await conflictOf(connection, change)
        if (conflict) return { commit: false, result: { done: false, step, ...conflict } }
        step++
      }
      return { commit: true, result: { done: true } }
    },
    { verificationMs },
  )
}

/** Runs one change, and returns the conflict if there is one. */
async function conflictOf(connection: PoolClient, change: Change): Promise<Conflict | undefined> {
  const { text: portableText, parameters } = changeStatement(placeholder, change)
  // Waits for a transaction that is changing the row, and keeps others from changing it until this one ends.
  const text = change.kind === 'require' ? `${portableText} FOR SHARE` : portableText
  try {
    const { rowCount } = await connection.query({ name: nameOf(text), text, values: parameters })
    if (change.kind === 'require') return rowCount === 0 ? { reason: 'unexpectedCount' } : undefined
    const expected = change.kind === 'insert' ? undefined : change.expect
    return expected === undefined || rowCount === expected ? undefined : { reason: 'unexpectedCount' }
  } catch (error) {
    if (error instanceof DatabaseError && error.code === sqlStates.unique)
      return { reason: 'taken', columns: columnsByConstraint.get(error.constraint ?? '') ?? [] }
    if (error instanceof DatabaseError && error.code === sqlStates.foreignKey) return { reason: 'orphaned' }
    // A failed transaction stays open until it is rolled back.
    if (error instanceof DatabaseError) await connection.query('ROLLBACK')
    throw error
  }
}

const placeholder = (position: number) => `$${position}`

/** The name of a prepared statement has at most 63 bytes, so its text cannot be the name. */
let statements = 0
const nameOf = memoize((_text: string) => `s${statements++}`)

/** The columns of each unique constraint, by the name that PostgreSQL generates for it. */
const columnsByConstraint = new Map<string, string[]>(tableNames.flatMap(constraintsOf))

function constraintsOf(name: TableName): [string, string[]][] {
  const table = snakeCase(name)
  const { primaryKey, unique = [] } = tables[name]
  return [
    [`${table}_pkey`, [...primaryKey]],
    ...unique.map((columns): [string, string[]] => [
      `${table}_${columns.map(snakeCase).join('_')}_key`,
      [...columns],
    ]),
  ]
}
