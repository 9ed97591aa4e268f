import { memoize } from '../core/memoize.ts'
import type { Change, Listing, TableName } from '../core/store.ts'
import { columnsOf, type Kind, tables, views } from './schema.ts'
import {
  type Condition,
  conditionsOf,
  equalityParameters,
  fromStored,
  resolveListing,
  type Stored,
  toStoredRow,
  toStoredSet,
} from './values.ts'

/**
 * Standard SQL for what the store port can ask. Every name in a text comes from the schema and every value is a
 * parameter, so nothing from outside is ever part of a statement. Equal shapes give equal texts: engines keep their
 * prepared statements by text.
 */
export interface Statement {
  text: string
  parameters: Stored[]
}

/** How an engine writes its nth parameter, counted from 1: `$1`, `?1`. */
export type Placeholder = (position: number) => string

/** The name of a table or column in SQL: `rotatedRefreshTokens` is `rotated_refresh_tokens` there. */
export function snakeCase(name: string) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
export function camelCase(name: string) {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Statements whose rows come as arrays, which `rowReader` of the same table reads. */
export function selectOne(placeholder: Placeholder, source: string, where: object): Statement {
  const parameters = equalityParameters(source, where)
  if (!parameters) return composedSelect(placeholder, source, where)
  const shape = `${placeholder(1)} ${source} ${Object.keys(where)}`
  const known = equalitySelects.get(shape)
  if (known !== undefined) return { text: known, parameters }
  const { text } = composedSelect(placeholder, source, where)
  equalitySelects.set(shape, text)
  return { text, parameters }
}

/** What every request asks is composed once. */
const equalitySelects = new Map<string, string>()

function composedSelect(placeholder: Placeholder, source: string, where: object): Statement {
  return statement(placeholder, (bind) => `${selection(source)}${filter(source, where, bind)} LIMIT 1`)
}

export function selectList<Row>(
  placeholder: Placeholder,
  table: TableName,
  where: object,
  listing: Listing<Row>,
): Statement {
  const { columns, descending, limit, offset } = resolveListing(table, listing)
  // Null is neither before nor after anything.
  const isNeverNull = new Set(
    conditionsOf(table, where).flatMap(({ column, relation }) =>
      relation === 'before' || relation === 'after' ? [column] : [],
    ),
  )
  const terms = columns.map((column) => {
    // Engines disagree about where null stands, unless told; told needlessly, PostgreSQL leaves its index aside.
    const canBeNull = columnsOf(table)[column]?.endsWith('?') && !isNeverNull.has(column)
    const nulls = canBeNull ? ` NULLS ${descending ? 'LAST' : 'FIRST'}` : ''
    return `${snakeCase(column)} ${descending ? 'DESC' : 'ASC'}${nulls}`
  })
  return statement(
    placeholder,
    (bind) =>
      `${selection(table)}${filter(table, where, bind)} ORDER BY ${terms.join(', ')} LIMIT ${bind(limit)} OFFSET ${bind(offset)}`,
  )
}

/** All rows of a table. */
export function selectAll(table: TableName): string {
  return selection(table)
}

export function selectCount(placeholder: Placeholder, table: TableName, where: object): Statement {
  return statement(
    placeholder,
    (bind) => `SELECT count(*) FROM ${snakeCase(table)}${filter(table, where, bind)}`,
  )
}

/** A statement whose row count is the one that `expect` means. */
export function changeStatement(placeholder: Placeholder, step: Change): Statement {
  return statement(placeholder, (bind) => {
    const name = snakeCase(step.table)
    switch (step.kind) {
      case 'insert': {
        const row = Object.entries(toStoredRow(step.table, step.row))
        const columns = row.map(([column]) => snakeCase(column)).join(', ')
        return `INSERT INTO ${name} (${columns}) VALUES (${row.map(([, value]) => bind(value)).join(', ')})`
      }
      case 'update': {
        const set = Object.entries(toStoredSet(step.table, step.set)).map(
          ([column, value]) => `${snakeCase(column)} = ${bind(value)}`,
        )
        // An update that sets nothing still counts its rows.
        const [key = ''] = tables[step.table].primaryKey.map(snakeCase)
        return `UPDATE ${name} SET ${set.join(', ') || `${key} = ${key}`}${filter(step.table, step.where, bind)}`
      }
      case 'delete':
        return `DELETE FROM ${name}${filter(step.table, step.where, bind)}`
    }
  })
}

/** Makes a function that turns the array an engine selected into a row of the port. */
export const rowReader = memoize((source: string) => {
  const columns = selected(source)
  return (values: readonly Stored[]): Record<string, unknown> => {
    const row: Record<string, unknown> = {}
    let index = 0
    for (const { name, within, kind } of columns) {
      const value = fromStored(kind, values[index++] ?? null)
      if (within === undefined) row[name] = value
      else {
        row[within] ??= {}
        ;(row[within] as Record<string, unknown>)[name] = value
      }
    }
    return row
  }
})

interface Selected {
  name: string
  /** The row inside the row that it belongs to. */
  within?: string
  kind: Kind
}

function selected(source: string): Selected[] {
  const own = columnsIn(columnsOf(source))
  const nested = Object.hasOwn(views, source) ? views[source as keyof typeof views].nested : {}
  return own.concat(
    Object.entries(nested).flatMap(([within, table]) =>
      columnsIn(columnsOf(table)).map((column) => ({ ...column, within })),
    ),
  )
}

function columnsIn(columns: Record<string, Kind>): Selected[] {
  return Object.entries(columns).map(([name, kind]) => ({ name, kind }))
}

const selection = memoize((source: string) => {
  const columns = selected(source).map(({ name, within }) =>
    within === undefined ? snakeCase(name) : `${snakeCase(within)}__${snakeCase(name)}`,
  )
  return `SELECT ${columns.join(', ')} FROM ${snakeCase(source)}`
})

type Bind = (value: Stored) => string

function statement(placeholder: Placeholder, write: (bind: Bind) => string): Statement {
  const parameters: Stored[] = []
  const text = write((value) => placeholder(parameters.push(value)))
  return { text, parameters }
}

function filter(source: string, where: object, bind: Bind): string {
  const conditions = conditionsOf(source, where).map((condition) => predicate(condition, bind))
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
}

function predicate({ column, relation, values }: Condition, bind: Bind): string {
  const name = snakeCase(column)
  const [value = null] = values
  switch (relation) {
    case 'is':
      return value === null ? `${name} IS NULL` : `${name} = ${bind(value)}`
    case 'not':
      // Plain <> would leave out the rows that have none.
      return value === null ? `${name} IS NOT NULL` : `${name} IS DISTINCT FROM ${bind(value)}`
    case 'before':
      return value === null ? '1 = 0' : `${name} < ${bind(value)}`
    case 'after':
      return value === null ? '1 = 0' : `${name} > ${bind(value)}`
    case 'in':
      return among(name, values, bind)
  }
}

function among(name: string, values: Stored[], bind: Bind): string {
  const present = values.filter((value) => value !== null)
  const [first] = present
  const isNull = values.length > present.length ? `${name} IS NULL` : undefined
  if (first === undefined) return isNull ?? '1 = 0'
  // Filled up to a power of two, so that lists of any length share a few texts.
  const size = 2 ** Math.ceil(Math.log2(present.length))
  const filled = present.concat(Array<typeof first>(size - present.length).fill(first))
  const list = `${name} IN (${filled.map(bind).join(', ')})`
  return isNull ? `(${list} OR ${isNull})` : list
}
