import type { Tables, Views } from './tables.ts'

export type TableName = keyof Tables
type Readable = Tables & Views

/** Every column given must match: equal to a value, or in the relation named. Instants compare as numbers. */
export type Where<Row> = {
  [Column in keyof Row]?: Row[Column] | Comparison<Row[Column]>
}
export type Comparison<Value> = { before: Value } | { after: Value } | { not: Value } | { in: Value[] }

export interface ListOptions<Row> {
  orderBy: (keyof Row & string) | (keyof Row & string)[]
  descending?: boolean
  limit?: number
  offset?: number
}

/**
 * One step of a write. `expect` is how many rows the step must touch; another number undoes the whole write. That is
 * how single use is decided: by the row count of one conditional statement, never by a look before it.
 */
export type Change = { [T in TableName]: ChangeOf<T> }[TableName]
type ChangeOf<T extends TableName> =
  | { kind: 'insert'; table: T; row: Tables[T] }
  | { kind: 'update'; table: T; where: Where<Tables[T]>; set: Partial<Tables[T]>; expect?: number }
  | { kind: 'delete'; table: T; where: Where<Tables[T]>; expect?: number }

/** All changes happened, or none: then `step` is the one that could not, and why. */
export type WriteResult = { done: true } | ({ done: false; step: number } & Conflict)
export type Conflict =
  | { reason: 'unexpectedCount' }
  /** A value that has to be unique is taken; `columns` are those of the constraint. */
  | { reason: 'taken'; columns: string[] }
  /** The row that this one belongs to is not there, or no longer: a user deleted meanwhile. */
  | { reason: 'orphaned' }

/**
 * Where the rows are; safe to call from any number of requests at once. No text that gets here contains NUL, which not every
 * engine can keep: requests with it are refused.
 */
export interface Store {
  /** @returns the one row that matches, undefined for none; where several match, any of them */
  find<T extends keyof Readable>(table: T, where: Where<Readable[T]>): Promise<Readable[T] | undefined>
  list<T extends TableName>(
    table: T,
    where: Where<Tables[T]>,
    listing: ListOptions<Tables[T]>,
  ): Promise<Tables[T][]>
  count<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<number>
  /**
   * Makes all changes in one transaction, durable before it answers.
   * @param changes asked for one after the other, so that there may be more than fit into memory; from the first one again
   *   when the engine has to try again
   * @throws {StoreUnavailableError} when the engine cannot be reached or cannot write (disk full); then nothing happened, unless it is
   *   the answer to a commit that was lost on its way from a database elsewhere: whoever repeats it finds what is there
   */
  write(changes: Iterable<Change>): Promise<WriteResult>
  /** Everything that is there at one moment, so that each row comes after those that it belongs to. */
  snapshot(): AsyncIterable<AnyRow>
  close(): Promise<void>
}

/** A row, and where it is from. */
export interface AnyRow {
  table: TableName
  row: Tables[TableName]
}

/** The store cannot be reached or written at the moment; a later attempt may succeed. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError'
}

export function insert<T extends TableName>(table: T, row: Tables[T]) {
  return { kind: 'insert', table, row } as Change
}

export function update<T extends TableName>(
  table: T,
  where: Where<Tables[T]>,
  set: Partial<Tables[T]>,
  { expect }: { expect?: number } = {},
) {
  return { kind: 'update', table, where, set, ...(expect !== undefined && { expect }) } as Change
}

export function remove<T extends TableName>(
  table: T,
  where: Where<Tables[T]>,
  { expect }: { expect?: number } = {},
) {
  return { kind: 'delete', table, where, ...(expect !== undefined && { expect }) } as Change
}
