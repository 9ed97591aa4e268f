import { type AnyRow, type Change, insert } from '../core/store.ts'
import { tables } from './schema.ts'

/** The version of the tables. Increment it when a table changes, so that other releases reject the file. */
export const tablesVersion = 2

/**
 * Returns the change that inserts an exported row.
 * @throws {Error} when the row does not fit the tables
 */
export function toInsert({ table, row }: AnyRow): Change {
  if (!Object.hasOwn(tables, table)) throw new Error(`unknown table ${JSON.stringify(table)}`)
  const columns = Object.keys(tables[table].columns)
  if (columns.some((column) => !Object.hasOwn(row ?? {}, column)))
    throw new Error(`a row of ${table} lacks columns`)
  return insert(table, row)
}
