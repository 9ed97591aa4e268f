import { describeFsError } from '../common/fs-error.ts'
import { UserError } from '../common/user-error.ts'
import { StoreUnavailableError } from '../core/store.ts'

/**
 * Converts file system errors and an unreachable database to a `UserError`.
 * @param path the file, in case the error does not name it
 * @returns a `UserError`, or any other error unchanged
 */
export function toUserError(error: unknown, path?: string): unknown {
  if (error instanceof UserError) return error
  const message = error instanceof StoreUnavailableError ? error.message : describeFsError(error, path)
  return message === undefined ? error : new UserError(message, { cause: error })
}

/**
 * Runs a function, and converts its errors with `toUserError`.
 * @throws {UserError} for errors that the user can fix
 */
export async function withUserErrors<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw toUserError(error)
  }
}
