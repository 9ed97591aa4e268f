import type { TableName } from '../../core/store.ts'
import { columnsOf, tableNames } from '../schema.ts'
import { type Condition, fromStored, type Stored, type StoredRow } from '../values.ts'

/** Every table's rows, oldest first. Neither the arrays nor the rows in them are ever changed in place. */
export type State = Record<TableName, readonly StoredRow[]>

export function emptyState() {
  return Object.fromEntries(tableNames.map((table) => [table, []])) as unknown as State
}

/** A row as the port gives it: with JSON of its own, so that nobody can change what is kept. */
export function readRow(source: string, row: StoredRow): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columnsOf(source)).map(([column, kind]) => [
      column,
      fromStored(kind, row[column] ?? null),
    ]),
  )
}

export function rowMatcher(conditions: Condition[]) {
  return (row: StoredRow): boolean =>
    conditions.every(({ column, relation, values }) => holds(row[column] ?? null, relation, values))
}

function holds(value: Stored, relation: Condition['relation'], values: Stored[]): boolean {
  const [other = null] = values
  switch (relation) {
    case 'is':
      return value === other
    case 'not':
      return value !== other
    case 'before':
      return value !== null && other !== null && compare(value, other) < 0
    case 'after':
      return value !== null && other !== null && compare(value, other) > 0
    case 'in':
      return values.includes(value)
  }
}

/** In the order of the columns named. */
export function compareRows(columns: string[]) {
  return (one: StoredRow, other: StoredRow): number =>
    columns.reduce((order, column) => order || compare(one[column] ?? null, other[column] ?? null), 0)
}

/** Null first, numbers by size, text by code point (which is the order of its UTF-8). */
function compare(one: Stored, other: Stored): number {
  if (one === other) return 0
  if (one === null) return -1
  if (other === null) return 1
  if (typeof one === 'number' || typeof other === 'number') return one < other ? -1 : 1
  const [left, right] = [[...one], [...other]]
  const at = left.findIndex((character, index) => character !== right[index])
  const [first, second] = [left[at]?.codePointAt(0) ?? -1, right[at]?.codePointAt(0) ?? -1]
  // Where all of the shorter is the start of the longer, nothing of it differs.
  return at < 0 ? -1 : first - second
}
