export type UserErrorCode = 'invalidRequest' | 'unsupported' | 'notFound'

/**
 * An error that the user can fix, such as an invalid setting, argument or file. Its message says what is
 * wrong and what to do. The command line prints it without a stack trace.
 */
export class UserError extends Error {
  override name = 'UserError'
  /** The kind of error, for callers such as the development controls. */
  readonly code: UserErrorCode

  constructor(
    message: string,
    { code = 'invalidRequest', ...options }: ErrorOptions & { code?: UserErrorCode } = {},
  ) {
    super(message, options)
    this.code = code
  }
}
