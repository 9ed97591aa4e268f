import type { Listing, TableName } from '../core/store.ts'
import { columnsOf, type Kind, tables } from './schema.ts'

/** What engines keep: JSON is text to them. */
export type Stored = string | number | null
export type StoredRow = Record<string, Stored>

export type Relation = 'is' | 'not' | 'before' | 'after' | 'in'
export interface Condition {
  column: string
  relation: Relation
  /** One, or any number for `in`. */
  values: Stored[]
}

/**
 * A whole row as engines keep it, its columns in the order of the table.
 * @throws {TypeError} for a column that is missing or unknown, and for a value that the column cannot hold
 */
export function toStoredRow(table: TableName, row: object): StoredRow {
  assertKnownColumns(table, row)
  return Object.fromEntries(
    Object.entries(columnsOf(table)).map(([column, kind]) => [
      column,
      toStored(`${table}.${column}`, kind, (row as Record<string, unknown>)[column]),
    ]),
  )
}

/**
 * What an update sets, as engines keep it.
 * @throws {TypeError} like {@link toStoredRow}, and for a column of the primary key: a row never becomes another
 */
export function toStoredSet(table: TableName, set: object): StoredRow {
  assertKnownColumns(table, set)
  const columns = columnsOf(table)
  return Object.fromEntries(
    Object.entries(set).map(([column, value]) => {
      if (tables[table].primaryKey.includes(column)) throw new TypeError(`${table}.${column} never changes.`)
      return [column, toStored(`${table}.${column}`, columns[column] as Kind, value)]
    }),
  )
}

/**
 * What rows have to meet.
 * @throws {TypeError} for an unknown column, JSON, or a value that the column cannot hold. `undefined` is such a value:
 *   left out by mistake, it must not widen the condition.
 */
export function conditionsOf(source: string, where: object): Condition[] {
  assertKnownColumns(source, where)
  const columns = columnsOf(source)
  return Object.entries(where).map(([column, wanted]) => {
    const name = `${source}.${column}`
    const kind = columns[column] as Kind
    if (kind.startsWith('json')) throw new TypeError(`${name} is JSON, which has no comparison.`)
    // Nothing is before, after or among null, but one may ask.
    const value = (one: unknown) => toStored(name, `${kind.replace('?', '')}?` as Kind, one)
    if (typeof wanted !== 'object' || wanted === null)
      return { column, relation: 'is', values: [value(wanted)] }
    const [relation, operand] = Object.entries(wanted)[0] ?? []
    if (Object.keys(wanted).length !== 1 || !isComparison(relation))
      throw new TypeError(`${name} takes one of before, after, not and in.`)
    return {
      column,
      relation,
      values: relation === 'in' ? [...new Set((operand as unknown[]).map(value))] : [value(operand)],
    }
  })
}

/**
 * The values of a condition in which every column just has to be equal to one that is not null.
 * @returns undefined for any other condition
 * @throws {TypeError} like {@link conditionsOf}
 */
export function equalityParameters(source: string, where: object): Stored[] | undefined {
  const columns = columnsOf(source)
  const parameters: Stored[] = []
  for (const [column, wanted] of Object.entries(where)) {
    const kind = Object.hasOwn(columns, column) ? columns[column] : undefined
    if (kind === undefined || kind.startsWith('json')) return undefined
    if (wanted === null || wanted === undefined || typeof wanted === 'object') return undefined
    parameters.push(toStored(`${source}.${column}`, kind, wanted))
  }
  return parameters
}

function isComparison(relation: unknown): relation is Relation {
  return typeof relation === 'string' && ['before', 'after', 'not', 'in'].includes(relation)
}

export interface Order {
  columns: string[]
  descending: boolean
  limit: number
  offset: number
}

/**
 * A listing in full. The primary key decides between rows that are otherwise equal, so that pages never overlap.
 * @throws {TypeError} for an unknown column, and for a limit or offset that is not a whole number from 0
 */
export function resolveListing<Row>(table: TableName, listing: Listing<Row>): Order {
  const { descending = false, limit = Number.MAX_SAFE_INTEGER, offset = 0 } = listing
  const wanted = [listing.orderBy].flat() as string[]
  for (const column of wanted) assertKnownColumns(table, { [column]: true })
  for (const number of [limit, offset])
    if (!Number.isSafeInteger(number) || number < 0) throw new TypeError(`${number} is no number of rows.`)
  return { columns: [...new Set([...wanted, ...tables[table].primaryKey])], descending, limit, offset }
}

/** The opposite of {@link toStoredRow} for one value. */
export function fromStored(kind: Kind, value: Stored): unknown {
  return typeof value === 'string' && kind.startsWith('json') ? JSON.parse(value) : value
}

function assertKnownColumns(source: string, named: object) {
  const columns = columnsOf(source)
  for (const column of Object.keys(named))
    if (!Object.hasOwn(columns, column))
      throw new TypeError(`${source} has no column ${JSON.stringify(column)}.`)
}

function toStored(name: string, kind: Kind, value: unknown): Stored {
  if (value === null && kind.endsWith('?')) return null
  if (kind.startsWith('text')) {
    // Half a surrogate pair has no UTF-8: every engine would keep U+FFFD, so that is also what a look-up looks for.
    if (typeof value === 'string') return value.toWellFormed()
  } else if (kind.startsWith('integer')) {
    if (Number.isSafeInteger(value)) return value as number
  } else {
    const text = value === null ? undefined : JSON.stringify(value)
    if (text !== undefined) return text
  }
  throw new TypeError(
    `${name} is ${kind.replace('?', ' or null')}, not ${value === null ? 'null' : typeof value}.`,
  )
}
