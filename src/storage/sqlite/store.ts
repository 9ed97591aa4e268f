import { DatabaseSync, type StatementSync } from 'node:sqlite'
import {
  type AnyRow,
  type Change,
  type Conflict,
  type Outcome,
  type Store,
  StoreUnavailableError,
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
import { sqliteErrorCode, withStoreErrors } from './errors.ts'
import { createReadCache } from './read-cache.ts'

/**
 * The store in one SQLite file. SQLite blocks the process while it works, so that a write can neither interleave with another
 * nor be seen half done.
 * @param path a file, made with its folder when there is none, or `:memory:`
 * @param api whose it is: what belongs to another is refused
 * @throws {UserError} when the file cannot be used
 */
export function openSqliteStore(path: string, api?: string): Store {
  return sqliteStore(openDatabase(path, api))
}

/** The store on an open database, which it closes. */
export function sqliteStore(database: DatabaseSync): Store {
  const statement = statementCache(database)
  const cache = createReadCache(database)

  function requireOpen(): void {
    if (!database.isOpen) throw new StoreUnavailableError('The store is closed.')
  }

  function prepare(text: string): StatementSync {
    requireOpen()
    return statement(text)
  }
  const rows = ({ text, parameters }: Statement) =>
    withStoreErrors(() => prepare(text).all(...parameters) as unknown as Stored[][])
  const firstRow = (wanted: Statement) =>
    withStoreErrors(() => {
      requireOpen()
      return cache.row(
        wanted,
        () => prepare(wanted.text).get(...wanted.parameters) as unknown as Stored[] | undefined,
      )
    })
  const run = (text: string) => prepare(text).run()

  const waiting: Pending[] = []

  /** Those that come together share a transaction, and so the wait for the disk, which costs more than all the rest. */
  const write = (changes: Iterable<Change>): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      if (waiting.push({ changes, resolve, reject }) === 1) setImmediate(commit)
    })

  function commit(): void {
    const together = waiting.splice(0)
    if (together.length === 0) return
    try {
      const settle = withStoreErrors(() => transact(together))
      for (const act of settle) act()
    } catch (error) {
      for (const { reject } of together) reject(error)
    }
  }

  /** @returns what tells each of them, now that it is on the disk */
  function transact(together: Pending[]): (() => void)[] {
    run('BEGIN IMMEDIATE')
    cache.forget()
    try {
      const settle = together.map(({ changes, resolve, reject }) => {
        try {
          const outcome = withStoreErrors(() => attempt(changes))
          return () => resolve(outcome)
        } catch (error) {
          // After some errors, a full disk among them, SQLite has undone all of it.
          if (!database.isTransaction) throw error
          return () => reject(error)
        }
      })
      run('COMMIT')
      return settle
    } catch (error) {
      if (database.isTransaction) run('ROLLBACK')
      throw error
    }
  }

  /** All or none of the changes, whatever becomes of the others in the transaction. */
  function attempt(changes: Iterable<Change>): Outcome {
    run('SAVEPOINT own')
    try {
      let step = 0
      for (const one of changes) {
        const { text, parameters } = changeStatement(placeholder, one)
        const refusal = refusalOf(one, () => prepare(text).run(...parameters).changes)
        if (refusal) {
          run('ROLLBACK TO own')
          return { done: false, step, ...refusal }
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
      commit()
      try {
        // So that the file is whole without the log beside it.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } finally {
        database.close()
      }
    },
  }
}

/** A connection of its own sees one moment, whatever the others write meanwhile. */
async function* snapshot(database: DatabaseSync): AsyncGenerator<AnyRow> {
  const path = database.location()
  const reader = path === null ? database : new DatabaseSync(path, { readOnly: true })
  try {
    if (path !== null) reader.exec('BEGIN')
    for (const table of parentsFirst) {
      const statement = reader.prepare(selectAll(table))
      statement.setReturnArrays(true)
      const rows = statement.iterate() as unknown as Iterable<Stored[]>
      // What is in memory has one connection: nothing may happen between its rows.
      for (const values of path === null ? [...rows] : rows)
        yield { table, row: rowReader(table)(values) as never }
    }
  } finally {
    if (path !== null) reader.close()
  }
}

interface Pending {
  changes: Iterable<Change>
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

const placeholder = (position: number) => `?${position}`

/** @returns why a step may not stand, if it may not */
function refusalOf(step: Change, run: () => number | bigint): Conflict | undefined {
  try {
    const count = Number(run())
    const expected = step.kind === 'insert' ? undefined : step.expect
    return expected === undefined || count === expected ? undefined : { reason: 'unexpectedCount' }
  } catch (error) {
    switch (sqliteErrorCode(error)) {
      case codes.unique:
      case codes.primaryKey:
        return { reason: 'taken', columns: columnsTaken(error as Error) }
      case codes.foreignKey:
        return { reason: 'orphaned' }
      default:
        throw error
    }
  }
}

/** From "UNIQUE constraint failed: users.realm, users.email", the only place where SQLite names them. */
function columnsTaken({ message }: Error) {
  return [...message.matchAll(/\w+\.(\w+)/g)].map(([, column = '']) => camelCase(column))
}

/** https://sqlite.org/rescode.html */
const codes = { foreignKey: 787, primaryKey: 1555, unique: 2067 }
