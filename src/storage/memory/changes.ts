import type { Change, Conflict, TableName } from '../../core/store.ts'
import { tableNames, tables } from '../schema.ts'
import { conditionsOf, type StoredRow, toStoredRow, toStoredSet } from '../values.ts'
import { rowMatcher, type State } from './rows.ts'

/**
 * Applies one change to a draft of the state.
 * @returns the conflict, if there is one; the caller must then discard the draft
 */
export function applyChange(draft: State, change: Change): Conflict | undefined {
  const { table } = change
  if (change.kind === 'insert') {
    const row = toStoredRow(table, change.row)
    draft[table] = [...draft[table], row]
    return findConflict(draft, table, [row])
  }
  const matching = draft[table].filter(rowMatcher(conditionsOf(table, change.where)))
  if (change.kind === 'require') return matching.length > 0 ? undefined : { reason: 'unexpectedCount' }
  let conflict: Conflict | undefined
  if (change.kind === 'delete') removeRows(draft, table, matching)
  else {
    const set = toStoredSet(table, change.set)
    const updated = new Map(matching.map((row) => [row, { ...row, ...set }]))
    draft[table] = draft[table].map((row) => updated.get(row) ?? row)
    conflict = findConflict(draft, table, [...updated.values()])
  }
  if (conflict) return conflict
  return change.expect === undefined || change.expect === matching.length
    ? undefined
    : { reason: 'unexpectedCount' }
}

/** Deletes rows and, like `ON DELETE CASCADE`, all rows that reference them. */
function removeRows(draft: State, table: TableName, rows: readonly StoredRow[]) {
  if (rows.length === 0) return
  const removed = new Set(rows)
  draft[table] = draft[table].filter((row) => !removed.has(row))
  const ids = new Set(rows.map((row) => row.id))
  for (const childTable of tableNames)
    for (const [column, parent] of Object.entries(tables[childTable].belongsTo ?? {}))
      if (parent === table)
        removeRows(
          draft,
          childTable,
          draft[childTable].filter((row) => ids.has(row[column])),
        )
}

/** Checks unique columns and foreign keys of new or changed rows. */
function findConflict(draft: State, table: TableName, rows: StoredRow[]): Conflict | undefined {
  const { primaryKey, unique = [], belongsTo = {} } = tables[table]
  for (const row of rows) {
    for (const columns of [primaryKey, ...unique]) {
      const isDuplicate = (other: StoredRow) =>
        other !== row && columns.every((column) => row[column] !== null && row[column] === other[column])
      if (draft[table].some(isDuplicate)) return { reason: 'taken', columns: [...columns] }
    }
    for (const [column, parent] of Object.entries(belongsTo))
      if (row[column] !== null && !draft[parent].some(({ id }) => id === row[column]))
        return { reason: 'orphaned' }
  }
}
