import { Unavailable } from '../../core/store.ts'

/** https://sqlite.org/rescode.html; undefined for what is no error of SQLite. */
export const errorCode = (error: unknown) => (error as { errcode?: number }).errcode

/** BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN: it is the place or the moment, not the statement. */
const passing = [5, 6, 8, 10, 13, 14]

/** @throws {Unavailable} in place of an error that may pass; others as they are */
export function orUnavailable<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    const code = errorCode(error)
    // The low byte is the kind of error, the rest says more about it.
    if (code !== undefined && passing.includes(code & 0xff))
      throw new Unavailable(`The database cannot do it now: ${(error as Error).message}.`, { cause: error })
    throw error
  }
}
