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

/** @returns what to say to an error */
export const said = (error: unknown): unknown =>
  error instanceof ConfigError ? new UserError(error.message) : error
