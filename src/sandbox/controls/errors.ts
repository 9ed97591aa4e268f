import { routes } from '../../../generated/_dev/routes.ts'
import type { ErrorCode, ErrorResponse } from '../../../generated/_dev/types.ts'
import type { ErrorResponses } from '../../http/http-error.ts'
import type { Violation } from '../../http/violations.ts'

/** A control refuses a request and has changed nothing. The message says what to send instead. */
export class ControlError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

const standard: Record<ErrorCode, [status: number, message: string]> = {
  invalidRequest: [400, 'The body is not valid JSON'],
  unsupported: [400, 'This API has no such setting'],
  forbidden: [403, 'The development controls are for this machine only'],
  notFound: [404, 'No control has this path'],
  methodNotAllowed: [405, 'The control does not support the method'],
  tooLarge: [413, 'The body is larger than 64 KiB'],
  unsupportedMediaType: [415, 'Send the body as application/json'],
  internalError: [500, 'Internal error, see the server log'],
  unavailable: [503, 'The server is shutting down, or cannot reach its database'],
}

export function refusalOf(code: ErrorCode, message?: string) {
  const [status, usual] = standard[code]
  const body: ErrorResponse = { error: { code, message: message ?? usual } }
  return { status, body, ...(code === 'unavailable' && { headers: { 'Retry-After': '1' } }) }
}

/** Such as `GET /__dev/inbox`. */
const controls = Object.values(routes).map(({ method, path }) => `${method.toUpperCase()} ${path}`)

export const errorResponses: ErrorResponses<ErrorResponse> = {
  notFound: () => refusalOf('notFound', `No control has this path. The controls are: ${controls.join(', ')}`),
  methodNotAllowed: () => refusalOf('methodNotAllowed'),
  malformedJson: () => refusalOf('invalidRequest'),
  unsupportedMediaType: () => refusalOf('unsupportedMediaType'),
  tooLarge: () => refusalOf('tooLarge'),
  invalid: ({ violations: [first] }) => refusalOf('invalidRequest', sentence(first)),
  // No control is limited.
  rateLimited: () => refusalOf('unavailable'),
  internalError: () => refusalOf('internalError'),
  notImplemented: () => refusalOf('internalError'),
  unavailable: () => refusalOf('unavailable'),
}

/** Says what is wrong, such as `users[0].user is required`. */
function sentence({ path, rule, message }: Violation): string {
  const name = path.replace(/\.(\d+)(?=\.|$)/g, '[$1]') || 'The body'
  const range = rule === 'tooSmall' || rule === 'tooBig' ? ranges[path] : undefined
  if (range) return `${name} must be from ${range}`
  return `${name} ${message.replace('an integer', 'a whole number').replace('a boolean', 'true or false')}`
}

/** Messages name both bounds, and not only the one that was exceeded. */
const ranges: Record<string, string> = {
  advanceSeconds: '-31536000 to 31536000',
  delayMs: '1 to 60000',
  times: '0 to 1000',
  'passwords.minLength': '1 to 128',
}
