import { describeFsError } from '../../common/fs-error.ts'
import { UserError } from '../../common/user-error.ts'
import { StoreUnavailableError } from '../../core/store.ts'

/** https://sqlite.org/rescode.html; undefined for what is no error of SQLite. */
export function sqliteErrorCode(error: unknown) {
  return (error as { errcode?: number }).errcode
}

/** BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN: it is the place or the moment, not the statement. */
const passing = [5, 6, 8, 10, 13, 14]

/** @throws {StoreUnavailableError} in place of an error that may pass; others as they are */
export function withStoreErrors<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    const code = sqliteErrorCode(error)
    // The low byte is the kind of error, the rest says more about it.
    if (code !== undefined && passing.includes(code & 0xff))
      throw new StoreUnavailableError(`The database cannot do it now: ${(error as Error).message}.`, {
        cause: error,
      })
    throw error
  }
}

/** The sentence for the operator when a database file cannot be opened. */
export function toUserError(path: string, error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error)
  const message = describeFsError(error) ?? `The database ${path} cannot be used: ${reason}`
  return new UserError(message, { cause: error })
}
