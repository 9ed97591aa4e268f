import type {
  ErrorCode,
  ErrorResponse,
  ValidationErrorResponse,
  ValidationIssue,
} from '../../../generated/openfactory/types.ts'
import type { AuthError, AuthErrorCode } from '../../core/errors.ts'
import type { Call } from '../../http/env.ts'
import type { Reply } from '../../http/handlers.ts'
import type { ErrorResponses } from '../../http/http-error.ts'
import type { Violation } from '../../http/violations.ts'

export function errorReply<Status extends number>(status: Status, code: ErrorCode, message: string) {
  return { status, body: { error: { code, message } } satisfies ErrorResponse }
}

export const errorResponses: ErrorResponses<ErrorResponse | ValidationErrorResponse> = {
  badRequest: ({ status, message }) => errorReply(status, 'BAD_REQUEST', message),
  notFound: ({ message = 'Not found' }) => errorReply(404, 'NOT_FOUND', message),
  methodNotAllowed: () => errorReply(405, 'METHOD_NOT_ALLOWED', 'Method not allowed'),
  malformedJson: () => errorReply(400, 'BAD_REQUEST', 'Request body is not valid JSON'),
  unsupportedMediaType: () =>
    errorReply(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Type must be application/json'),
  unsupportedContentEncoding: () =>
    errorReply(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Encoding is not supported'),
  tooLarge: () => errorReply(413, 'PAYLOAD_TOO_LARGE', 'Request body is too large'),
  invalid: ({ operationId, violations }) => {
    if (violations.some((violation) => violation.in === 'path' && violation.path === 'provider'))
      return providerNotFound()
    // The contract declares no 422 for the callback.
    return operationId === 'finishOAuth' ? invalidState() : invalid(...issuesIn(violations))
  },
  missingCredentials: unauthorized,
  rateLimited: ({ allowance }) => tooManyRequests(allowance.retryAfterSeconds),
  internalError: () => errorReply(500, 'INTERNAL_ERROR', 'An unexpected error occurred'),
  // The contract declares no 501, but clients know this code.
  notImplemented: ({ operationId }) =>
    errorReply(501, 'INTERNAL_ERROR', `${operationId} is not implemented yet`),
  unavailable: () => errorReply(503, 'UNAVAILABLE', 'The service is temporarily unavailable'),
}

export function invalid(...issues: ValidationIssue[]) {
  return {
    status: 422 as const,
    body: {
      error: { code: 'VALIDATION_ERROR', message: 'Request validation failed', details: { issues } },
    } satisfies ValidationErrorResponse,
  }
}

/** Merges violations that lead to the same message for a field. */
function issuesIn(violations: readonly Violation[]): ValidationIssue[] {
  const issues = violations.map(toIssue)
  return issues.filter(
    ({ path, message }, index) =>
      issues.findIndex((other) => other.path === path && other.message === message) === index,
  )
}

function toIssue({ in: source, path, rule, message }: Violation): ValidationIssue {
  if (rule === 'required') return { path, message: 'Required' }
  if (rule === 'form' && source === 'query' && path === 'status') {
    return {
      path,
      message: 'Must be a comma-separated list of backlog, ready, in_progress, in_review and done',
    }
  }
  if (rule === 'form' && source === 'body' && path === 'email')
    return { path, message: 'Must be an email address' }
  if (rule === 'form' && source === 'body' && path === 'expiresAt')
    return { path, message: 'Must be a date and time in UTC (RFC 3339)' }
  return { path, message: message.charAt(0).toUpperCase() + message.slice(1) }
}

const providerNotFound = () => errorReply(404, 'PROVIDER_NOT_FOUND', 'Provider not found')
const invalidState = () => errorReply(400, 'INVALID_STATE', 'Invalid or expired state parameter')

/** The response is the same for all credential errors, so that it reveals nothing about the credential. */
function unauthorized() {
  return {
    ...errorReply(401, 'UNAUTHORIZED', 'Authentication required'),
    headers: { 'WWW-Authenticate': 'Bearer' },
  }
}
function invalidCredentials() {
  return {
    ...errorReply(401, 'INVALID_CREDENTIALS', 'Invalid email or password'),
    headers: { 'WWW-Authenticate': 'Bearer' },
  }
}
const forbidden = (message: string) => errorReply(403, 'FORBIDDEN', message)
const invalidMailToken = () => errorReply(400, 'INVALID_TOKEN', 'Invalid or expired token')
function tooManyRequests(retryAfterSeconds = 1) {
  return {
    ...errorReply(429, 'RATE_LIMITED', 'Too many requests'),
    headers: { 'Retry-After': retryAfterSeconds },
  }
}

/** The field of the new password is called `password` at sign-up and `newPassword` at the reset. */
function invalidPassword(message: (error: AuthError) => string) {
  return (error: AuthError, { operationId }: Call) =>
    invalid({ path: operationId === 'signUp' ? 'password' : 'newPassword', message: message(error) })
}

const errorMap: Partial<Record<AuthErrorCode, (error: AuthError, call: Call) => Reply>> = {
  invalidEmail: () => invalid({ path: 'email', message: 'Must be an email address' }),
  invalidName: () => invalid({ path: 'name', message: 'Must not contain invisible characters' }),
  malformedPassword: invalidPassword(() => 'Must not contain NUL or unpaired surrogates'),
  passwordTooShort: invalidPassword(({ details }) => `Must have at least ${details.lengthLimit} characters`),
  passwordTooLong: invalidPassword(({ details }) => `Must have at most ${details.lengthLimit} characters`),
  passwordTooSimple: invalidPassword(() => 'Must have more kinds of characters'),
  commonPassword: invalidPassword(() => 'Is too common'),
  emailTaken: () => errorReply(409, 'EMAIL_EXISTS', 'An account with this email already exists'),
  invalidCredentials,
  invalidToken: unauthorized,
  expiredToken: unauthorized,
  userNotFound: unauthorized,
  // Do not reveal that an account is disabled.
  userDisabled: (_, { operationId }) => (operationId === 'signIn' ? invalidCredentials() : unauthorized()),
  invalidMailToken,
  expiredMailToken: invalidMailToken,
  invalidApiKey: unauthorized,
  revokedApiKey: unauthorized,
  expiredApiKey: unauthorized,
  apiKeyNotAllowed: () => forbidden('API keys cannot be used here'),
  apiKeyNotFound: () => errorReply(404, 'NOT_FOUND', 'API key not found'),
  missingScope: ({ details }) => ({
    ...forbidden(`API key does not have ${details.scope} scope`),
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${details.scope}"` },
  }),
  wrongProject: () => forbidden('API key is not valid for this project'),
  invalidExpiry: () => invalid({ path: 'expiresAt', message: 'Must be in the future' }),
  notMember: () => forbidden('Not a member of this organization'),
  notAdmin: () => forbidden('Admin access required'),
  alreadyMember: () =>
    errorReply(409, 'ALREADY_MEMBER', 'This person is already a member of the organization'),
  projectNotFound: (_, { operationId }) =>
    operationId === 'createApiKey'
      ? invalid({ path: 'projectId', message: 'Must be a project of this organization' })
      : errorReply(404, 'NOT_FOUND', 'Project not found'),
  providerNotConfigured: providerNotFound,
  redirectNotAllowed: () =>
    invalid({ path: 'redirectTo', message: 'Must be a path or a URL of a trusted origin' }),
  invalidOAuthState: invalidState,
  rateLimited: ({ details }) => tooManyRequests(details.retryAfterSeconds),
  accountLocked: ({ details }) => tooManyRequests(details.retryAfterSeconds),
}

/** @returns undefined for a code that no operation of this API throws */
export function replyToError(error: AuthError, call: Call): Reply | undefined {
  return errorMap[error.code]?.(error, call)
}

/**
 * Maps a failed OAuth sign-in to the `error` parameter of `redirectTo`.
 * @returns undefined for errors that do not come from the provider or its profile
 */
export function toOAuthErrorCode({ code, details }: AuthError): string | undefined {
  return code === 'oauthDenied' ? details.reason : oauthErrorCodes[code]
}

const oauthErrorCodes: Partial<Record<AuthErrorCode, string>> = {
  oauthCodeMissing: 'no_code',
  invalidOAuthCode: 'invalid_code',
  invalidIdToken: 'unable_to_get_user_info',
  oauthFailed: 'unable_to_get_user_info',
  oauthProfileUnreadable: 'unable_to_get_user_info',
  oauthEmailMissing: 'email_not_found',
  accountNotLinked: 'account_not_linked',
  // The vendor's document has no value for this; the closest one of RFC 6749, section 4.1.2.1.
  userDisabled: 'access_denied',
}
