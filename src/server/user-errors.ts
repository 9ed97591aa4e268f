import { describeFsError } from '../common/fs-error.ts'
import { UserError } from '../common/user-error.ts'
import { StoreUnavailableError } from '../core/store.ts'

/**
 * Turns an error that the user can do something about into a sentence: what the file system refused, or a database that is
 * unreachable.
 * @param path the file that the user named, where the error does not name it
 * @returns a `UserError`; any other error unchanged
 */
export function toUserError(error: unknown, path?: string): unknown {
  if (error instanceof UserError) return error
  const message = error instanceof StoreUnavailableError ? error.message : describeFsError(error, path)
  return message === undefined ? error : new UserError(message, { cause: error })
}

/** Runs something that the user asked for. @throws what `toUserError` makes of an error */
export async function withUserErrors<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw toUserError(error)
  }
}
