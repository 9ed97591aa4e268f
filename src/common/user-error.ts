export type UserErrorCode = 'invalidRequest' | 'unsupported' | 'notFound'

/**
 * A wrong setting, argument or file, which the user can put right. The message says in sentences what is wrong and what to
 * do; the command line prints it without a stack trace.
 */
export class UserError extends Error {
  override name = 'UserError'
  /** For programs, such as the development controls. */
  readonly code: UserErrorCode

  constructor(
    message: string,
    { code = 'invalidRequest', ...options }: ErrorOptions & { code?: UserErrorCode } = {},
  ) {
    super(message, options)
    this.code = code
  }
}
