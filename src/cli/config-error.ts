import { fileMistake } from '../adapters/file-errors.ts'
import { ConfigError } from '../server/config-error.ts'
import { UserError } from './user-error.ts'

/** Settings that cannot work are a mistake of the user's. */
export function orSay<Result>(act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    throw said(error)
  }
}

/** @returns what to say to an error: a sentence where a user or the file system has made it */
export function said(error: unknown): unknown {
  const sentence = error instanceof ConfigError ? error.message : fileMistake(error)
  return sentence === undefined ? error : new UserError(sentence)
}
