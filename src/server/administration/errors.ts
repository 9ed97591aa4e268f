import { existsSync } from 'node:fs'
import { Unavailable } from '../../core/store.ts'

/** It was asked for something that cannot be done, and nothing was. The message is a sentence for whoever asked. */
export class AdministrationError extends Error {
  readonly code: 'invalidRequest' | 'unsupported' | 'notFound'

  constructor(
    message: string,
    { code = 'invalidRequest', ...options }: ErrorOptions & { code?: AdministrationError['code'] } = {},
  ) {
    super(message, options)
    this.code = code
  }
}

/** Is it what an operator can do something about: what they asked for, or a database that is away or too slow? */
export const isForOperators = (error: unknown): error is Error =>
  error instanceof AdministrationError || error instanceof Unavailable

/** Nothing that is there is written over. @throws {AdministrationError} */
export function requireNew(path: string): void {
  if (existsSync(path)) throw new AdministrationError(`${path} exists: name a file that does not.`)
}
