import { describeFsError } from '../../common/fs-error.ts'
import { UserError } from '../../common/user-error.ts'
import { StoreUnavailableError } from '../../core/store.ts'

/**
 * Returns the extended result code (https://sqlite.org/rescode.html); undefined for errors not from SQLite.
 */
export function sqliteErrorCode(error: unknown) {
  return (error as { errcode?: number }).errcode
}

/**
 * BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN: not caused by the statement, so a later attempt may succeed.
 */
const transientCodes = [5, 6, 8, 10, 13, 14]

/**
 * Runs a function that uses SQLite.
 * @throws {StoreUnavailableError} when a later attempt may succeed; other errors pass through unchanged
 */
export function withStoreErrors<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    const code = sqliteErrorCode(error)
    // The low byte of an extended result code is the primary code.
    if (code !== undefined && transientCodes.includes(code & 0xff))
      throw new StoreUnavailableError(`The database is unavailable: ${(error as Error).message}.`, {
        cause: error,
      })
    throw error
  }
}

/** Converts the error of a database file that cannot be opened to a message for the operator. */
export function toUserError(path: string, error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error)
  const message = describeFsError(error) ?? `The database ${path} cannot be used: ${reason}`
  return new UserError(message, { cause: error })
}
