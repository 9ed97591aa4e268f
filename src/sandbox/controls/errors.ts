import { routes } from '../../../generated/_dev/routes.ts'
import type { ErrorCode, ErrorResponse } from '../../../generated/_dev/types.ts'
import type { ErrorResponses } from '../../http/http-error.ts'
import type { Violation } from '../../http/violations.ts'

/** Thrown when a control rejects a request, which then has no effect. Messages have no final full stop. */
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
  forbidden: [403, 'The development controls are only available on this machine'],
  notFound: [404, 'Unknown control'],
  signInRefused: [409, 'The API refuses the sign-in of this user'],
  methodNotAllowed: [405, 'This control does not support the method'],
  conflict: [409, 'The snapshot cannot be saved or restored'],
  tooLarge: [413, 'The body is larger than 64 KiB'],
  unsupportedMediaType: [415, 'Send the body as application/json'],
  internalError: [500, 'Internal error, see the server log'],
  unavailable: [503, 'The server is shutting down, or cannot reach its database'],
}

export function errorReply(code: ErrorCode, message?: string) {
  const [status, usual] = standard[code]
  const body: ErrorResponse = { error: { code, message: message ?? usual } }
  return { status, body, ...(code === 'unavailable' && { headers: { 'Retry-After': '1' } }) }
}

/** All controls, such as `GET /__dev/inbox`. */
const controls = Object.values(routes).map(({ method, path }) => `${method.toUpperCase()} ${path}`)

export const errorResponses: ErrorResponses<ErrorResponse> = {
  badRequest: () => errorReply('invalidRequest'),
  notFound: () => errorReply('notFound', `Unknown control. Available: ${controls.join(', ')}`),
  methodNotAllowed: () => errorReply('methodNotAllowed'),
  malformedJson: () => errorReply('invalidRequest'),
  unsupportedMediaType: () => errorReply('unsupportedMediaType'),
  unsupportedContentEncoding: () => errorReply('unsupportedMediaType'),
  tooLarge: () => errorReply('tooLarge'),
  invalid: ({ violations: [first] }) => errorReply('invalidRequest', describeViolation(first)),
  // Controls need no credentials, and have no rate limits.
  missingCredentials: () => errorReply('forbidden'),
  rateLimited: () => errorReply('unavailable'),
  internalError: () => errorReply('internalError'),
  notImplemented: () => errorReply('internalError'),
  unavailable: () => errorReply('unavailable'),
}

/** Returns a message such as `users[0].user is required`. */
function describeViolation({ path, rule, message }: Violation): string {
  const name = path.replace(/\.(\d+)(?=\.|$)/g, '[$1]') || 'The body'
  const range = rule === 'tooSmall' || rule === 'tooBig' ? ranges[path] : undefined
  if (range) return `${name} must be from ${range}`
  if (rule === 'form' && path in forms) return `${name} must have ${forms[path]}`
  return `${name} ${message.replace('an integer', 'a whole number').replace('a boolean', 'true or false')}`
}

/** Fields whose messages describe their pattern in words. */
const forms: Record<string, string> = { name: '1 to 64 letters, digits, hyphens and underscores' }

/** Fields whose messages show both bounds, instead of only the one that was exceeded. */
const ranges: Record<string, string> = {
  advanceSeconds: '-31536000 to 31536000',
  delayMs: '1 to 60000',
  limit: '1 to 200',
  'latency.delayMs': '0 to 60000',
  'latency.jitterMs': '0 to 60000',
  times: '0 to 1000',
  'passwords.minLength': '1 to 128',
}
