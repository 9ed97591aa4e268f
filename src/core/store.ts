/**
 * The store port, and the central idea of this folder: writes are optimistic and conditional.
 *
 * A use case reads what it needs, composes a list of `Change`s and writes it once, in one transaction. A read
 * decides nothing, because another request can change the row between the read and the write. Instead, a
 * `Change` repeats in its `where` what the use case relies on, and `expect` says how many rows have to match.
 * If another number matches, the whole write is rolled back and the use case retries or throws. Unique
 * columns and foreign keys are decided in the same way.
 *
 * So of 50 requests that present the same single-use token, exactly one succeeds, without explicit locking
 * and on any number of replicas. Functions whose names end in `Change` or `Changes` return steps for the
 * caller to write.
 *
 * @example
 * const result = await store.write([
 *   remove('oneTimeTokens', { tokenHash, purpose, expiresAt: { after: now } }, { expect: 1 }),
 *   update('users', { id: userId, email }, { emailVerifiedAt: now }, { expect: 1 }),
 * ])
 * if (!result.done) throw new AuthError('invalidMailToken')
 */
import type { Tables, Views } from './tables.ts'

/** The name of a table. */
export type TableName = keyof Tables
type Readable = Tables & Views

/** A condition on a row. All columns have to match: either equal the value, or satisfy the comparison. */
export type Where<Row> = {
  [Column in keyof Row]?: Row[Column] | Comparison<Row[Column]>
}
/** `before` and `after` exclude the value itself. Timestamps compare as numbers. */
export type Comparison<Value> = { before: Value } | { after: Value } | { not: Value } | { in: Value[] }

/** The order and the page of a list; ascending by default. */
export interface ListOptions<Row> {
  orderBy: (keyof Row & string) | (keyof Row & string)[]
  descending?: boolean
  limit?: number
  offset?: number
}

/**
 * One step of a write. `expect` is the number of rows that the step has to affect; any other number rolls
 * back the whole write. Without `expect`, any number is fine, including zero. `require` changes nothing, but
 * rolls back the write unless a matching row exists, and keeps that row unchanged until the write is done.
 */
export type Change = { [T in TableName]: ChangeOf<T> }[TableName]
type ChangeOf<T extends TableName> =
  | { kind: 'insert'; table: T; row: Tables[T] }
  | { kind: 'update'; table: T; where: Where<Tables[T]>; set: Partial<Tables[T]>; expect?: number }
  | { kind: 'delete'; table: T; where: Where<Tables[T]>; expect?: number }
  | { kind: 'require'; table: T; where: Where<Tables[T]> }

/** Either all changes were written, or none. `step` is the index of the change that failed. */
export type WriteResult = { done: true } | ({ done: false; step: number } & Conflict)
/** Why a write was rolled back. */
export type Conflict =
  /** The number of affected rows was not `expect`, or a required row does not exist. */
  | { reason: 'unexpectedCount' }
  /** A unique value is already in use. `columns` are the columns of the constraint. */
  | { reason: 'taken'; columns: string[] }
  /** A foreign key points to a missing row, such as a user deleted in the meantime. */
  | { reason: 'orphaned' }

/**
 * The port to the database. Safe to call from concurrent requests. Texts never contain NUL, which PostgreSQL
 * cannot store: requests that contain it are rejected before they get here.
 */
export interface Store {
  /**
   * Finds a single row.
   * @returns undefined if no row matches; an arbitrary one if several match
   */
  find<T extends keyof Readable>(table: T, where: Where<Readable[T]>): Promise<Readable[T] | undefined>
  /** Returns the matching rows of one page, in the given order. */
  list<T extends TableName>(
    table: T,
    where: Where<Tables[T]>,
    listing: ListOptions<Tables[T]>,
  ): Promise<Tables[T][]>
  /** Returns the number of matching rows. */
  count<T extends TableName>(table: T, where: Where<Tables[T]>): Promise<number>
  /**
   * Writes all changes in one transaction, which is durable when the promise resolves.
   * @param changes iterated lazily, so that they need not fit into memory; iterated again if the engine has
   *   to retry
   * @throws {StoreUnavailableError} when the database cannot be reached or cannot write (disk full). Then
   *   nothing was written, unless the connection broke during the commit and the database stays unreachable:
   *   then the outcome is unknown.
   */
  write(changes: Iterable<Change>): Promise<WriteResult>
  /** Iterates over all rows at one point in time. Parent rows come before the rows that refer to them. */
  snapshot(): AsyncIterable<AnyRow>
  close(): Promise<void>
}

/** A row together with its table. */
export interface AnyRow {
  table: TableName
  row: Tables[TableName]
}

/** The database cannot be reached or written to at the moment. A retry may succeed. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError'
}

/** Creates a `Change` that inserts a row. */
export function insert<T extends TableName>(table: T, row: Tables[T]) {
  return { kind: 'insert', table, row } as Change
}

/**
 * Creates a `Change` that updates all matching rows.
 * @param options.expect the number of rows that have to match
 */
export function update<T extends TableName>(
  table: T,
  where: Where<Tables[T]>,
  set: Partial<Tables[T]>,
  { expect }: { expect?: number } = {},
) {
  return { kind: 'update', table, where, set, ...(expect !== undefined && { expect }) } as Change
}

/**
 * Creates a `Change` that deletes all matching rows.
 * @param options.expect the number of rows that have to match
 */
export function remove<T extends TableName>(
  table: T,
  where: Where<Tables[T]>,
  { expect }: { expect?: number } = {},
) {
  return { kind: 'delete', table, where, ...(expect !== undefined && { expect }) } as Change
}

/** Creates a `Change` that fails the write unless a matching row exists. */
export function requireRow<T extends TableName>(table: T, where: Where<Tables[T]>) {
  return { kind: 'require', table, where } as Change
}
