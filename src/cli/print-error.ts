import { toUserError } from '../server/user-errors.ts'

/** Prints an error that does not end the command. */
export function printError(error: unknown): void {
  console.error(`error: ${(toUserError(error) as Error).message}`)
}
