import type { Change, Conflict, TableName } from '../../core/store.ts'
import { tableNames, tables } from '../schema.ts'
import { conditionsOf, type StoredRow, toStoredRow, toStoredSet } from '../values.ts'
import { rowMatcher, type State } from './rows.ts'

/**
 * Makes one change in a draft of the state.
 * @returns why it may not stand, if it may not; the draft is then of no use
 */
export function applyChange(draft: State, change: Change): Conflict | undefined {
  const { table } = change
  if (change.kind === 'insert') {
    const row = toStoredRow(table, change.row)
    draft[table] = [...draft[table], row]
    return conflictOf(draft, table, [row])
  }
  const matches = rowMatcher(conditionsOf(table, change.where))
  const touched = draft[table].filter(matches)
  let refusal: Conflict | undefined
  if (change.kind === 'delete') removeRows(draft, table, touched)
  else {
    const set = toStoredSet(table, change.set)
    const changed = new Map(touched.map((row) => [row, { ...row, ...set }]))
    draft[table] = draft[table].map((row) => changed.get(row) ?? row)
    refusal = conflictOf(draft, table, [...changed.values()])
  }
  if (refusal) return refusal
  return change.expect === undefined || change.expect === touched.length
    ? undefined
    : { reason: 'unexpectedCount' }
}

/** Removes rows together with everything that belongs to them. */
function removeRows(draft: State, table: TableName, rows: readonly StoredRow[]) {
  if (rows.length === 0) return
  const gone = new Set(rows)
  draft[table] = draft[table].filter((row) => !gone.has(row))
  const ids = new Set(rows.map((row) => row.id))
  for (const child of tableNames)
    for (const [column, parent] of Object.entries(tables[child].belongsTo ?? {}))
      if (parent === table)
        removeRows(
          draft,
          child,
          draft[child].filter((row) => ids.has(row[column])),
        )
}

function conflictOf(draft: State, table: TableName, rows: StoredRow[]): Conflict | undefined {
  const { primaryKey, unique = [], belongsTo = {} } = tables[table]
  for (const row of rows) {
    for (const columns of [primaryKey, ...unique]) {
      const isAlike = (other: StoredRow) =>
        other !== row && columns.every((column) => row[column] !== null && row[column] === other[column])
      if (draft[table].some(isAlike)) return { reason: 'taken', columns: [...columns] }
    }
    for (const [column, parent] of Object.entries(belongsTo))
      if (row[column] !== null && !draft[parent].some(({ id }) => id === row[column]))
        return { reason: 'orphaned' }
  }
}
