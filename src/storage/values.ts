import type { ListOptions, TableName } from '../core/store.ts'
import { columnsOf, type Kind, tables } from './schema.ts'

/** A value as the SQL engines store it. JSON is stored as text. */
export type Stored = string | number | null
export type StoredRow = Record<string, Stored>

export type Relation = 'is' | 'not' | 'before' | 'after' | 'in'
export interface Condition {
  column: string
  relation: Relation
  /** A single value, or any number of values for `in`. */
  values: Stored[]
}

/**
 * Converts a row for storage, with its columns in the order of the table.
 * @throws {TypeError} for a missing or unknown column, and for a value that does not fit the column type
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
 * Converts the new values of an update for storage.
 * @throws {TypeError} like {@link toStoredRow}, and for a column of the primary key, which is immutable
 */
export function toStoredSet(table: TableName, set: object): StoredRow {
  assertKnownColumns(table, set)
  const columns = columnsOf(table)
  return Object.fromEntries(
    Object.entries(set).map(([column, value]) => {
      if (tables[table].primaryKey.includes(column))
        throw new TypeError(`${table}.${column} is part of the primary key and cannot be updated.`)
      return [column, toStored(`${table}.${column}`, columns[column] as Kind, value)]
    }),
  )
}

/**
 * Parses a `where` object into conditions.
 * @throws {TypeError} for an unknown or JSON column, and for a value that does not fit the column type,
 *   including `undefined`: a value missing by mistake must not widen the condition
 */
export function conditionsOf(source: string, where: object): Condition[] {
  assertKnownColumns(source, where)
  const columns = columnsOf(source)
  return Object.entries(where).map(([column, condition]) => {
    const name = `${source}.${column}`
    const kind = columns[column] as Kind
    if (kind.startsWith('json')) throw new TypeError(`${name} is JSON and cannot be compared.`)
    // Comparing with null is allowed for every column, although it may match nothing.
    const value = (operand: unknown) => toStored(name, `${kind.replace('?', '')}?` as Kind, operand)
    if (typeof condition !== 'object' || condition === null)
      return { column, relation: 'is', values: [value(condition)] }
    const [relation, operand] = Object.entries(condition)[0] ?? []
    if (Object.keys(condition).length !== 1 || !isComparison(relation))
      throw new TypeError(`The condition on ${name} must have exactly one of before, after, not and in.`)
    return {
      column,
      relation,
      values: relation === 'in' ? [...new Set((operand as unknown[]).map(value))] : [value(operand)],
    }
  })
}

/**
 * Returns the values to compare with if every condition is an equality with a non-null value.
 * @returns undefined for any other `where` object
 * @throws {TypeError} like {@link conditionsOf}
 */
export function equalityParameters(source: string, where: object): Stored[] | undefined {
  const columns = columnsOf(source)
  const parameters: Stored[] = []
  for (const [column, condition] of Object.entries(where)) {
    const kind = Object.hasOwn(columns, column) ? columns[column] : undefined
    if (kind === undefined || kind.startsWith('json')) return undefined
    if (condition === null || condition === undefined || typeof condition === 'object') return undefined
    parameters.push(toStored(`${source}.${column}`, kind, condition))
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
 * Fills in the defaults of a listing. Ties are broken by the primary key, so that pages never overlap.
 * @throws {TypeError} for an unknown column, and for a limit or offset that is not a non-negative integer
 */
export function resolveListing<Row>(table: TableName, listing: ListOptions<Row>): Order {
  const { descending = false, limit = Number.MAX_SAFE_INTEGER, offset = 0 } = listing
  const orderBy = [listing.orderBy].flat() as string[]
  for (const column of orderBy) assertKnownColumns(table, { [column]: true })
  for (const number of [limit, offset])
    if (!Number.isSafeInteger(number) || number < 0)
      throw new TypeError(`A limit or offset must be a non-negative integer, not ${number}.`)
  return { columns: [...new Set([...orderBy, ...tables[table].primaryKey])], descending, limit, offset }
}

/** Converts a stored value back, the inverse of {@link toStoredRow} for one value. */
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
    // Lone surrogates have no UTF-8 form. Engines store U+FFFD instead, so queries must look for that.
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
