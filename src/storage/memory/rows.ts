import type { TableName } from '../../core/store.ts'
import { columnsOf, tableNames } from '../schema.ts'
import { type Condition, fromStored, type Stored, type StoredRow } from '../values.ts'

/** The rows of each table, oldest first. Arrays and rows are immutable. */
export type State = Record<TableName, readonly StoredRow[]>

export function emptyState() {
  return Object.fromEntries(tableNames.map((table) => [table, []])) as unknown as State
}

/** Converts a stored row to a row of the port, with newly parsed JSON that the caller can modify. */
export function readRow(source: string, row: StoredRow): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columnsOf(source)).map(([column, kind]) => [
      column,
      fromStored(kind, row[column] ?? null),
    ]),
  )
}

/** Returns a predicate that tells whether a row satisfies all conditions. */
export function rowMatcher(conditions: Condition[]) {
  return (row: StoredRow): boolean =>
    conditions.every(({ column, relation, values }) => isSatisfied(row[column] ?? null, relation, values))
}

function isSatisfied(value: Stored, relation: Condition['relation'], values: Stored[]): boolean {
  const [operand = null] = values
  switch (relation) {
    case 'is':
      return value === operand
    case 'not':
      return value !== operand
    case 'before':
      return value !== null && operand !== null && compare(value, operand) < 0
    case 'after':
      return value !== null && operand !== null && compare(value, operand) > 0
    case 'in':
      return values.includes(value)
  }
}

/** Returns a comparator that sorts by the given columns. */
export function compareRows(columns: string[]) {
  return (a: StoredRow, b: StoredRow): number =>
    columns.reduce((order, column) => order || compare(a[column] ?? null, b[column] ?? null), 0)
}

/** Orders null first, numbers by value, and text by code point, which equals the byte order of UTF-8. */
function compare(a: Stored, b: Stored): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (typeof a === 'number' || typeof b === 'number') return a < b ? -1 : 1
  const [left, right] = [[...a], [...b]]
  const at = left.findIndex((character, index) => character !== right[index])
  const [first, second] = [left[at]?.codePointAt(0) ?? -1, right[at]?.codePointAt(0) ?? -1]
  // No difference found: `a` is a prefix of `b`.
  return at < 0 ? -1 : first - second
}
