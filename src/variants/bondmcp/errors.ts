import type { ErrorCode, ErrorDetails, ErrorResponse } from '../../../generated/bondmcp/types.ts'
import type { AuthError, AuthErrorCode } from '../../core/errors.ts'
import type { Call } from '../../http/env.ts'
import type { Reply } from '../../http/handlers.ts'
import type { ErrorResponses, FailedRequest } from '../../http/http-error.ts'
import type { Violation } from '../../http/violations.ts'
import type { Plan } from './rules.ts'

function errorReply<Status extends number>(
  status: Status,
  code: ErrorCode,
  message: string,
  { requestId }: Pick<FailedRequest, 'requestId'>,
  details?: ErrorDetails,
) {
  const error = { code, message, ...(details && { details }), request_id: requestId }
  return { status, headers: { 'X-Request-ID': requestId }, body: { error } }
}

type ErrorReply = ReturnType<typeof errorReply>
function withHeaders<R extends ErrorReply, H extends Record<string, string | number>>(
  refused: R,
  headers: H,
) {
  return {
    ...refused,
    headers: { ...refused.headers, ...headers },
  }
}

/** The answer to every body that is no JSON object, and to one of another media type. */
function notJson(refused: FailedRequest) {
  return errorReply(400, 'invalid_request', 'Request body is not valid JSON', refused)
}

export const errorResponses: ErrorResponses<ErrorResponse> = {
  notFound: (_, refused) => errorReply(404, 'resource_not_found', 'Resource not found', refused),
  methodNotAllowed: (_, refused) => errorReply(405, 'method_not_allowed', 'Method not allowed', refused),
  malformedJson: (_, refused) => notJson(refused),
  unsupportedMediaType: (_, refused) => notJson(refused),
  tooLarge: (_, refused) => errorReply(413, 'payload_too_large', 'Request body is too large', refused),
  invalid: ({ operationId, violations }, refused) => {
    if (operationId === 'verifyEmail') return invalidLink(refused)
    if (violations.some(({ path }) => path === '')) return notJson(refused)
    const details = detailsOf(operationId, violations)
    // The documents tell a malformed member at registration (400) from one that is missing or mistyped (422).
    return operationId === 'signUp' && violations.every(isMalformed)
      ? errorReply(400, 'invalid_request', 'Invalid request parameters', refused, details)
      : errorReply(422, 'validation_error', 'Request validation failed', refused, details)
  },
  rateLimited: ({ allowance }, refused) => tooManyRequests(refused, allowance.retryAfterSeconds),
  internalError: (_, refused) => errorReply(500, 'service_error', 'An unexpected error occurred', refused),
  // Outside the contract, but in a code that clients of the contract know.
  notImplemented: ({ operationId }, refused) =>
    errorReply(501, 'service_error', `${operationId} is not implemented yet`, refused),
  unavailable: (_, refused) =>
    errorReply(503, 'service_unavailable', 'Service temporarily unavailable', refused),
}

const isMalformed = ({ rule }: Violation) => rule !== 'required' && rule !== 'type'

/** One text for each member of the refused. */
function detailsOf(operationId: string, violations: Violation[]): ErrorDetails {
  const texts = violations.map((violation) => {
    const [member = ''] = violation.path.split('.')
    const text = isMalformed(violation) ? textsOf[operationId]?.[member] : undefined
    return [member, text ?? violation.message] as const
  })
  return Object.fromEntries(texts)
}

const textsOf: Record<string, Record<string, string>> = {
  signUp: { email: 'is not a valid email address', password: 'must have 8 to 128 characters' },
  signIn: { email: 'must have 5 to 320 characters', password: 'must have 1 to 128 characters' },
  createApiKey: {
    name: 'must have 1 to 255 characters',
    permissions: 'must be a list of read, write or admin',
  },
}

/** The link is in the address, so the page that shows this must not pass it on. */
function invalidLink(refused: FailedRequest) {
  return withHeaders(errorReply(400, 'invalid_token', 'Invalid or expired token', refused), {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  })
}

/** One text whatever is wrong with a credential, and another where there is none. */
function unauthorized(refused: FailedRequest) {
  const isPresented = /^bearer\s+\S/i.test(refused.request.headers.get('authorization') ?? '')
  return isPresented
    ? withHeaders(errorReply(401, 'authentication_error', 'Invalid or expired token', refused), {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      })
    : withHeaders(errorReply(401, 'authentication_error', 'Authentication required', refused), {
        'WWW-Authenticate': 'Bearer',
      })
}

function invalidCredentials(refused: FailedRequest) {
  return withHeaders(
    errorReply(401, 'invalid_credentials', 'The email or password provided is incorrect', refused, {
      hint: 'Check your credentials and try again',
    }),
    { 'WWW-Authenticate': 'Bearer' },
  )
}

function forbidden(refused: FailedRequest, details: ErrorDetails, message = 'Insufficient permissions') {
  return withHeaders(errorReply(403, 'permission_denied', message, refused, details), {
    'WWW-Authenticate': 'Bearer error="insufficient_scope"',
  })
}

/** @param enough the smallest plan that would do, if there is one */
export function planTooSmall(refused: FailedRequest, enough: Exclude<Plan, 'free'> | undefined) {
  return forbidden(refused, enough === undefined ? {} : { required_plan: enough })
}

function badPassword(refused: FailedRequest, text = 'must have 8 to 128 characters') {
  return errorReply(400, 'invalid_request', 'Invalid request parameters', refused, { password: text })
}

function tooManyRequests(refused: FailedRequest, retryAfterSeconds = 1) {
  return withHeaders(
    errorReply(
      429,
      'rate_limit_exceeded',
      `Rate limit exceeded. Please retry after ${retryAfterSeconds} seconds.`,
      refused,
      { retry_after: retryAfterSeconds },
    ),
    { 'Retry-After': retryAfterSeconds },
  )
}

const limited: ReplyTo = (call, { details }) => tooManyRequests(call, details.retryAfterSeconds)

type ReplyTo = (call: Call, error: AuthError) => ErrorReply

const errorMap: Partial<Record<AuthErrorCode, ReplyTo>> = {
  invalidEmail: (refused) =>
    errorReply(400, 'invalid_request', 'Invalid request parameters', refused, {
      email: 'is not a valid email address',
    }),
  malformedPassword: (refused) => badPassword(refused, 'must not contain unpaired surrogates'),
  passwordTooShort: (refused) => badPassword(refused),
  passwordTooLong: (refused) => badPassword(refused),
  passwordTooSimple: (refused) => badPassword(refused, 'must have more kinds of characters'),
  commonPassword: (refused) => badPassword(refused, 'is too common'),
  emailTaken: (refused) => errorReply(409, 'conflict', 'User already exists', refused),
  invalidMailToken: invalidLink,
  expiredMailToken: invalidLink,
  invalidCredentials,
  // Whether an account is disabled is nobody's business who is not in it.
  userDisabled: (call) => (call.operationId === 'signIn' ? invalidCredentials(call) : unauthorized(call)),
  emailNotVerified: (refused) =>
    errorReply(403, 'email_not_verified', 'Email verification required', refused),
  malformedToken: unauthorized,
  invalidToken: unauthorized,
  expiredToken: unauthorized,
  userNotFound: unauthorized,
  malformedApiKey: unauthorized,
  invalidApiKey: unauthorized,
  revokedApiKey: unauthorized,
  apiKeyNotAllowed: (refused) => forbidden(refused, { hint: 'Sign in and use the access token' }),
  missingScope: (refused) => forbidden(refused, { required: 'read' }),
  tooManyApiKeys: (refused, { details: { limit = 0 } }) =>
    forbidden(refused, { limit }, 'API key limit of the plan reached'),
  apiKeyNotFound: (refused) => errorReply(404, 'key_not_found', 'API key not found', refused),
  rateLimited: limited,
  tooManyFailures: limited,
  accountLocked: limited,
}

/** @returns undefined for a code that no operation can meet */
export function replyToError(error: AuthError, call: Call): Reply | undefined {
  return errorMap[error.code]?.(call, error)
}
