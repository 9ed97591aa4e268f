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
