import { memoize } from '../core/memoize.ts'
import type { Change, ListOptions, TableName } from '../core/store.ts'
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
 * A statement in standard SQL. Names come from the schema and values are parameters, so no outside text
 * becomes part of the SQL. Queries that differ only in values have equal texts, because engines cache
 * prepared statements by text.
 */
export interface Statement {
  text: string
  parameters: Stored[]
}

/** Writes the nth parameter, counted from 1, in the syntax of an engine: `$1`, `?1`. */
export type Placeholder = (position: number) => string

/** Converts the name of a table or column to SQL: `rotatedRefreshTokens` to `rotated_refresh_tokens`. */
export function snakeCase(name: string) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
export function camelCase(name: string) {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Selects at most one row. {@link rowReader} of the same table or view converts the resulting array. */
export function selectOne(placeholder: Placeholder, source: string, where: object): Statement {
  const parameters = equalityParameters(source, where)
  if (!parameters) return buildSelect(placeholder, source, where)
  const shape = `${placeholder(1)} ${source} ${Object.keys(where)}`
  const cached = equalitySelects.get(shape)
  if (cached !== undefined) return { text: cached, parameters }
  const { text } = buildSelect(placeholder, source, where)
  equalitySelects.set(shape, text)
  return { text, parameters }
}

/** Caches the texts of the queries that every request runs. */
const equalitySelects = new Map<string, string>()

function buildSelect(placeholder: Placeholder, source: string, where: object): Statement {
  return statement(placeholder, (bind) => `${selection(source)}${filter(source, where, bind)} LIMIT 1`)
}

export function selectList<Row>(
  placeholder: Placeholder,
  table: TableName,
  where: object,
  listing: ListOptions<Row>,
): Statement {
  const { columns, descending, limit, offset } = resolveListing(table, listing)
  // A column with a `before` or `after` condition is never null in the result.
  const isNeverNull = new Set(
    conditionsOf(table, where).flatMap(({ column, relation }) =>
      relation === 'before' || relation === 'after' ? [column] : [],
    ),
  )
  const terms = columns.map((column) => {
    // Engines sort null differently unless it is specified. If specified needlessly, PostgreSQL does not use
    // its index.
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

/** Selects all rows of a table. */
export function selectAll(table: TableName): string {
  return selection(table)
}

export function selectCount(placeholder: Placeholder, table: TableName, where: object): Statement {
  return statement(
    placeholder,
    (bind) => `SELECT count(*) FROM ${snakeCase(table)}${filter(table, where, bind)}`,
  )
}

/** Builds the statement of a change. Its row count is the number that `expect` refers to. */
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
        // An update without new values must still count its rows, so it sets the key to itself.
        const [key = ''] = tables[step.table].primaryKey.map(snakeCase)
        return `UPDATE ${name} SET ${set.join(', ') || `${key} = ${key}`}${filter(step.table, step.where, bind)}`
      }
      case 'delete':
        return `DELETE FROM ${name}${filter(step.table, step.where, bind)}`
      case 'require':
        return `SELECT 1 FROM ${name}${filter(step.table, step.where, bind)}`
    }
  })
}

/** Creates a function that converts a selected array of values to a row of the port. */
export const rowReader = memoize((source: string) => {
  const columns = selectedColumns(source)
  return (values: readonly Stored[]): Record<string, unknown> => {
    const row: Record<string, unknown> = {}
    let index = 0
    for (const { name, nestedIn, kind } of columns) {
      const value = fromStored(kind, values[index++] ?? null)
      if (nestedIn === undefined) row[name] = value
      else {
        row[nestedIn] ??= {}
        ;(row[nestedIn] as Record<string, unknown>)[name] = value
      }
    }
    return row
  }
})

interface SelectedColumn {
  name: string
  /** The property that holds the nested row of this column, in a view. */
  nestedIn?: string
  kind: Kind
}

function selectedColumns(source: string): SelectedColumn[] {
  const own = columnsIn(columnsOf(source))
  const nested = Object.hasOwn(views, source) ? views[source as keyof typeof views].nested : {}
  return own.concat(
    Object.entries(nested).flatMap(([nestedIn, table]) =>
      columnsIn(columnsOf(table)).map((column) => ({ ...column, nestedIn })),
    ),
  )
}

function columnsIn(columns: Record<string, Kind>): SelectedColumn[] {
  return Object.entries(columns).map(([name, kind]) => ({ name, kind }))
}

const selection = memoize((source: string) => {
  const columns = selectedColumns(source).map(({ name, nestedIn }) =>
    nestedIn === undefined ? snakeCase(name) : `${snakeCase(nestedIn)}__${snakeCase(name)}`,
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
      // `<>` would exclude rows where the column is null.
      return value === null ? `${name} IS NOT NULL` : `${name} IS DISTINCT FROM ${bind(value)}`
    case 'before':
      return value === null ? '1 = 0' : `${name} < ${bind(value)}`
    case 'after':
      return value === null ? '1 = 0' : `${name} > ${bind(value)}`
    case 'in':
      return inList(name, values, bind)
  }
}

function inList(name: string, values: Stored[], bind: Bind): string {
  const present = values.filter((value) => value !== null)
  const [first] = present
  const isNull = values.length > present.length ? `${name} IS NULL` : undefined
  if (first === undefined) return isNull ?? '1 = 0'
  // Padded to a power of two, so that lists of any length need only a few prepared statements.
  const size = 2 ** Math.ceil(Math.log2(present.length))
  const filled = present.concat(Array<typeof first>(size - present.length).fill(first))
  const list = `${name} IN (${filled.map(bind).join(', ')})`
  return isNull ? `(${list} OR ${isNull})` : list
}
