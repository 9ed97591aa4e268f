import { existsSync } from 'node:fs'

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

/** Nothing that is there is written over. @throws {AdministrationError} */
export function requireNew(path: string): void {
  if (existsSync(path)) throw new AdministrationError(`${path} exists: name a file that does not.`)
}
