import type { StatementSync } from 'node:sqlite'
import {
  type AnyRow,
  type Change,
  type Conflict,
  type Store,
  StoreUnavailableError,
  type WriteResult,
} from '../../core/store.ts'
import { parentsFirst } from '../schema.ts'
import {
  camelCase,
  changeStatement,
  rowReader,
  type Statement,
  selectAll,
  selectCount,
  selectList,
  selectOne,
} from '../sql.ts'
import type { Stored } from '../values.ts'
import { openDatabase, statementCache } from './database.ts'
import { DatabaseSync } from './driver.ts'
import { sqliteErrorCode, withStoreErrors } from './errors.ts'
import { createReadCache } from './read-cache.ts'

/**
 * Opens the store in one SQLite file. SQLite runs synchronously, so writes neither interleave nor become
 * partly visible.
 * @param path the file, created with its folder if missing; or `:memory:`
 * @param api the API that the database belongs to
 * @throws {UserError} when the file cannot be used, or belongs to another API
 */
export function openSqliteStore(path: string, api?: string): Store {
  return createSqliteStore(openDatabase(path, api))
}

/** Creates the store on an open database, which `close` closes. */
export function createSqliteStore(database: DatabaseSync): Store {
  const statement = statementCache(database)
  const cache = createReadCache(database)

  function assertOpen(): void {
    if (!database.isOpen) throw new StoreUnavailableError('The store is closed.')
  }

  function prepare(text: string): StatementSync {
    assertOpen()
    return statement(text)
  }
  const rows = ({ text, parameters }: Statement) =>
    withStoreErrors(() => prepare(text).all(...parameters) as unknown as Stored[][])
  const firstRow = (query: Statement) =>
    withStoreErrors(() => {
      assertOpen()
      return cache.row(
        query,
        () => prepare(query.text).get(...query.parameters) as unknown as Stored[] | undefined,
      )
    })
  const run = (text: string) => prepare(text).run()

  const queue: PendingWrite[] = []

  /** Group commit: concurrent writes share one transaction and one fsync, by far the slowest step. */
  const write = (changes: Iterable<Change>): Promise<WriteResult> =>
    new Promise((resolve, reject) => {
      if (queue.push({ changes, resolve, reject }) === 1) setImmediate(commitQueue)
    })

  function commitQueue(): void {
    const batch = queue.splice(0)
    if (batch.length === 0) return
    try {
      const settlements = withStoreErrors(() => commitBatch(batch))
      for (const settle of settlements) settle()
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  /** Runs a batch of writes in one transaction. Returns the functions that resolve or reject each of them. */
  function commitBatch(batch: PendingWrite[]): (() => void)[] {
    run('BEGIN IMMEDIATE')
    cache.clear()
    try {
      const settlements = batch.map(({ changes, resolve, reject }) => {
        try {
          const outcome = withStoreErrors(() => writeInSavepoint(changes))
          return () => resolve(outcome)
        } catch (error) {
          // Some errors, such as a full disk, make SQLite roll back the whole transaction.
          if (!database.isTransaction) throw error
          return () => reject(error)
        }
      })
      run('COMMIT')
      return settlements
    } catch (error) {
      if (database.isTransaction) run('ROLLBACK')
      throw error
    }
  }

  /** Applies all or none of the changes, independently of the other writes in the transaction. */
  function writeInSavepoint(changes: Iterable<Change>): WriteResult {
    run('SAVEPOINT own')
    try {
      let step = 0
      for (const change of changes) {
        const { text, parameters } = changeStatement(placeholder, change)
        const conflict = conflictOf(change, () =>
          change.kind === 'require'
            ? prepare(text).all(...parameters).length
            : prepare(text).run(...parameters).changes,
        )
        if (conflict) {
          run('ROLLBACK TO own')
          return { done: false, step, ...conflict }
        }
        step++
      }
      return { done: true }
    } catch (error) {
      if (database.isTransaction) run('ROLLBACK TO own')
      throw error
    } finally {
      if (database.isTransaction) run('RELEASE own')
    }
  }

  return {
    find: async (table, where) => {
      const row = firstRow(selectOne(placeholder, table, where))
      return row && (rowReader(table)(row) as never)
    },
    list: async (table, where, listing) =>
      rows(selectList(placeholder, table, where, listing)).map(rowReader(table)) as never,
    count: async (table, where) => Number(rows(selectCount(placeholder, table, where))[0]?.[0]),
    snapshot: () => snapshot(database),
    write,
    close: async () => {
      if (!database.isOpen) return
      commitQueue()
      try {
        // Moves the write-ahead log into the database file, which is then complete on its own.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } finally {
        database.close()
      }
    },
  }
}

/** Reads all rows on a separate connection, whose transaction does not see concurrent writes. */
async function* snapshot(database: DatabaseSync): AsyncGenerator<AnyRow> {
  const path = database.location()
  const reader = path === null ? database : new DatabaseSync(path, { readOnly: true })
  try {
    if (path !== null) reader.exec('BEGIN')
    for (const table of parentsFirst) {
      const statement = reader.prepare(selectAll(table))
      statement.setReturnArrays(true)
      const rows = statement.iterate() as unknown as Iterable<Stored[]>
      // A database in memory has only one connection, so read all rows of a table at once.
      for (const values of path === null ? [...rows] : rows)
        yield { table, row: rowReader(table)(values) as never }
    }
  } finally {
    if (path !== null) reader.close()
  }
}

interface PendingWrite {
  changes: Iterable<Change>
  resolve: (outcome: WriteResult) => void
  reject: (error: unknown) => void
}

const placeholder = (position: number) => `?${position}`

/** Runs one change, and returns the conflict if there is one. */
function conflictOf(change: Change, run: () => number | bigint): Conflict | undefined {
  try {
    const count = Number(run())
    if (change.kind === 'require') return count === 0 ? { reason: 'unexpectedCount' } : undefined
    const expected = change.kind === 'insert' ? undefined : change.expect
    return expected === undefined || count === expected ? undefined : { reason: 'unexpectedCount' }
  } catch (error) {
    switch (sqliteErrorCode(error)) {
      case codes.unique:
      case codes.primaryKey:
        return { reason: 'taken', columns: takenColumns(error as Error) }
      case codes.foreignKey:
        return { reason: 'orphaned' }
      default:
        throw error
    }
  }
}

/** Parses "UNIQUE constraint failed: users.realm, users.email", the only place with the column names. */
function takenColumns({ message }: Error) {
  return [...message.matchAll(/\w+\.(\w+)/g)].map(([, column = '']) => camelCase(column))
}

/** https://sqlite.org/rescode.html */
const codes = { foreignKey: 787, primaryKey: 1555, unique: 2067 }
