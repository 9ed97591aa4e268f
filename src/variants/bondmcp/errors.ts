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

function withHeaders<R extends ErrorReply, H extends Record<string, string | number>>(reply: R, headers: H) {
  return { ...reply, headers: { ...reply.headers, ...headers } }
}

/** For a body that is not a JSON object, and for another media type. */
function notJson(failed: FailedRequest) {
  return errorReply(400, 'invalid_request', 'Request body is not valid JSON', failed)
}

export const errorResponses: ErrorResponses<ErrorResponse> = {
  badRequest: ({ status, message }, failed) => errorReply(status, 'invalid_request', message, failed),
  notFound: ({ message = 'Resource not found' }, failed) =>
    errorReply(404, 'resource_not_found', message, failed),
  methodNotAllowed: (_, failed) => errorReply(405, 'method_not_allowed', 'Method not allowed', failed),
  malformedJson: (_, failed) => notJson(failed),
  unsupportedMediaType: (_, failed) => notJson(failed),
  unsupportedContentEncoding: (_, failed) => notJson(failed),
  tooLarge: (_, failed) => errorReply(413, 'payload_too_large', 'Request body is too large', failed),
  invalid: ({ operationId, violations }, failed) => {
    if (operationId === 'verifyEmail') return invalidLink(failed)
    if (violations.some(({ path }) => path === '')) return notJson(failed)
    const details = detailsOf(operationId, violations)
    // At registration, the vendor documents 400 for an invalid value and 422 for a missing field or a wrong type.
    return operationId === 'signUp' && violations.every(isInvalidValue)
      ? errorReply(400, 'invalid_request', 'Invalid request parameters', failed, details)
      : errorReply(422, 'validation_error', 'Request validation failed', failed, details)
  },
  missingCredentials: (_, failed) => unauthorized(failed),
  rateLimited: ({ allowance }, failed) => tooManyRequests(failed, allowance.retryAfterSeconds),
  internalError: (_, failed) => errorReply(500, 'service_error', 'An unexpected error occurred', failed),
  // Not in the contract. Uses a code that its clients know.
  notImplemented: ({ operationId }, failed) =>
    errorReply(501, 'service_error', `${operationId} is not implemented yet`, failed),
  unavailable: (_, failed) =>
    errorReply(503, 'service_unavailable', 'Service temporarily unavailable', failed),
}

const isInvalidValue = ({ rule }: Violation) => rule !== 'required' && rule !== 'type'

/** One message per invalid field. */
function detailsOf(operationId: string, violations: Violation[]): ErrorDetails {
  const messages = violations.map((violation) => {
    const [field = ''] = violation.path.split('.')
    const texts = new Map(Object.entries(fieldMessages[operationId] ?? {}))
    const hasText = isInvalidValue(violation) && violation.rule !== 'unstorable'
    const message = hasText ? texts.get(field) : undefined
    return [field, message ?? violation.message] as const
  })
  return Object.fromEntries(messages)
}

/** Messages for invalid values, by operationId and field. */
const fieldMessages: Record<string, Record<string, string>> = {
  signUp: { email: 'is not a valid email address', password: 'must have 8 to 128 characters' },
  signIn: { email: 'must have 5 to 320 characters', password: 'must have 1 to 128 characters' },
  createApiKey: {
    name: 'must have 1 to 255 characters',
    permissions: 'must be a list of read, write or admin',
  },
}

/** The URL contains the token, so the response must not be cached, and its URL not sent to other sites. */
function invalidLink(failed: FailedRequest) {
  return withHeaders(errorReply(400, 'invalid_token', 'Invalid or expired token', failed), {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  })
}

/** One message for all invalid credentials, and another for a missing one. */
function unauthorized(failed: FailedRequest) {
  const { headers } = failed.request
  const authorization = headers.get('authorization')
  const hasCredential =
    authorization === null ? headers.has('x-api-key') : /^bearer\s+\S/i.test(authorization)
  return hasCredential
    ? withHeaders(errorReply(401, 'authentication_error', 'Invalid or expired token', failed), {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      })
    : withHeaders(errorReply(401, 'authentication_error', 'Authentication required', failed), {
        'WWW-Authenticate': 'Bearer',
      })
}

function invalidCredentials(failed: FailedRequest) {
  return withHeaders(
    errorReply(401, 'invalid_credentials', 'The email or password provided is incorrect', failed, {
      hint: 'Check your credentials and try again',
    }),
    { 'WWW-Authenticate': 'Bearer' },
  )
}

function forbidden(failed: FailedRequest, details: ErrorDetails, message = 'Insufficient permissions') {
  return withHeaders(errorReply(403, 'permission_denied', message, failed, details), {
    'WWW-Authenticate': 'Bearer error="insufficient_scope"',
  })
}

/** @param requiredPlan the smallest plan that includes the resource, if one does */
export function planTooSmall(failed: FailedRequest, requiredPlan: Exclude<Plan, 'free'> | undefined) {
  return forbidden(failed, requiredPlan === undefined ? {} : { required_plan: requiredPlan })
}

function badPassword(failed: FailedRequest, text = 'must have 8 to 128 characters') {
  return errorReply(400, 'invalid_request', 'Invalid request parameters', failed, { password: text })
}

function tooManyRequests(failed: FailedRequest, retryAfterSeconds = 1) {
  return withHeaders(
    errorReply(
      429,
      'rate_limit_exceeded',
      `Rate limit exceeded. Please retry after ${retryAfterSeconds} seconds.`,
      failed,
      { retry_after: retryAfterSeconds },
    ),
    { 'Retry-After': retryAfterSeconds },
  )
}

const rateLimited: ReplyTo = (call, { details }) => tooManyRequests(call, details.retryAfterSeconds)

type ReplyTo = (call: Call, error: AuthError) => ErrorReply

const errorMap: Partial<Record<AuthErrorCode, ReplyTo>> = {
  invalidEmail: (failed) =>
    errorReply(400, 'invalid_request', 'Invalid request parameters', failed, {
      email: 'is not a valid email address',
    }),
  invalidName: (failed) =>
    errorReply(400, 'invalid_request', 'Invalid request parameters', failed, {
      name: 'must not contain invisible characters',
    }),
  malformedPassword: (failed) => badPassword(failed, 'must not contain unpaired surrogates'),
  passwordTooShort: (failed) => badPassword(failed),
  passwordTooLong: (failed) => badPassword(failed),
  passwordTooSimple: (failed) => badPassword(failed, 'must have more kinds of characters'),
  commonPassword: (failed) => badPassword(failed, 'is too common'),
  emailTaken: (failed) => errorReply(409, 'conflict', 'User already exists', failed),
  invalidMailToken: invalidLink,
  expiredMailToken: invalidLink,
  invalidCredentials,
  // Does not reveal that an account is disabled.
  userDisabled: (call) => (call.operationId === 'signIn' ? invalidCredentials(call) : unauthorized(call)),
  emailNotVerified: (failed) => errorReply(403, 'email_not_verified', 'Email verification required', failed),
  malformedToken: unauthorized,
  invalidToken: unauthorized,
  expiredToken: unauthorized,
  userNotFound: unauthorized,
  malformedApiKey: unauthorized,
  invalidApiKey: unauthorized,
  revokedApiKey: unauthorized,
  apiKeyNotAllowed: (failed) => forbidden(failed, { hint: 'Sign in and use the access token' }),
  missingScope: (failed) => forbidden(failed, { required: 'read' }),
  tooManyApiKeys: (failed, { details: { limit = 0 } }) =>
    forbidden(failed, { limit }, 'API key limit of the plan reached'),
  apiKeyNotFound: (failed) => errorReply(404, 'key_not_found', 'API key not found', failed),
  rateLimited,
  tooManyFailures: rateLimited,
  accountLocked: rateLimited,
}

/** @returns undefined for a code that no operation can cause */
export function replyToError(error: AuthError, call: Call): Reply | undefined {
  return errorMap[error.code]?.(call, error)
}
