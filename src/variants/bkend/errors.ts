import type { Error as ErrorBody, ErrorCode } from '../../../generated/bkend/types.ts'
import type { AuthError, AuthErrorCode } from '../../core/errors.ts'
import type { Call } from '../../http/env.ts'
import type { Reply } from '../../http/handlers.ts'
import type { ErrorResponses } from '../../http/http-error.ts'
import type { Allowance } from '../../http/rate-limits.ts'
import type { Violation } from '../../http/violations.ts'
import { rateLimitHeaders } from './limits.ts'

export function errorReply<Status extends number>(status: Status, code: ErrorCode, message: string) {
  return {
    status,
    body: { success: false as const, error: { code, message } },
  }
}

export const errorResponses: ErrorResponses<ErrorBody> = {
  notFound: () => errorReply(404, 'common/not-found', 'No operation has this path'),
  methodNotAllowed: () =>
    errorReply(405, 'common/method-not-allowed', 'The path exists, but not with this method'),
  malformedJson: () => errorReply(400, 'common/invalid-parameters', 'The body is not valid JSON'),
  unsupportedMediaType: () =>
    errorReply(415, 'common/unsupported-media-type', 'Send the body as application/json'),
  tooLarge: () => errorReply(413, 'common/payload-too-large', 'The body is too large'),
  invalid: ({ operationId, violations: [first] }) => errorReply(400, ...errorTextFor(operationId, first)),
  rateLimited: ({ allowance }) => tooManyRequests(allowance.retryAfterSeconds, allowance),
  internalError: () => errorReply(500, 'common/internal-error', 'Something went wrong on our side'),
  // Outside the contract, but in a code that clients of the contract know.
  notImplemented: ({ operationId }) =>
    errorReply(501, 'common/internal-error', `${operationId} is not implemented yet`),
  unavailable: () => errorReply(503, 'common/unavailable', 'The service is busy, try again soon'),
}

type ErrorText = [code: ErrorCode, message: string]

/** A member that is there and malformed has a code or a text of its own; all else is told as the schema says it. */
function errorTextFor(operationId: string, { path, rule, message }: Violation): ErrorText {
  const errorTexts = { ...members, ...membersOf[operationId] }
  const isMalformed = rule !== 'required' && rule !== 'type'
  const wording = errorTexts[`${path} ${rule}`] ?? (isMalformed ? errorTexts[path] : undefined)
  return wording ?? ['common/invalid-parameters', `${path || 'The body'} ${message}`]
}

const members: Record<string, ErrorText> = {
  email: ['auth/invalid-email', 'The email address is not valid'],
  newPassword: ['auth/invalid-password-format', 'Invalid password format'],
  provider: ['auth/unsupported-provider', 'The provider is not supported'],
  redirect: ['common/invalid-parameters', 'redirect must be a web address'],
  mfaCode: ['common/invalid-parameters', 'mfaCode must be six digits'],
  mobile: ['common/invalid-parameters', 'mobile must be a number in E.164 form'],
}

const membersOf: Record<string, Record<string, ErrorText>> = {
  signUp: {
    password: ['auth/invalid-password-format', 'Invalid password format'],
  },
  exchangeOAuthCode: {
    'idToken required': ['common/invalid-parameters', 'code or idToken is required'],
    'redirectUri required': ['common/invalid-parameters', 'redirectUri is required with code'],
  },
  updateUser: {
    '': ['common/invalid-parameters', 'Send at least one field to change'],
    name: ['user/invalid-name', 'name must have 1 to 100 characters'],
    nickname: ['user/invalid-nickname', 'nickname must have 1 to 50 characters'],
  },
  createAvatarUploadUrl: {
    'filename tooSmall': ['file/invalid-name', 'filename must not be empty'],
    'filename tooBig': ['file/invalid-name', 'filename must have at most 255 characters'],
    filename: ['file/invalid-name', 'filename must not hold a path'],
    contentType: ['file/invalid-format', 'contentType is not an accepted image type'],
  },
}

/** A refusal of a Bearer, which says whether one was sent (RFC 6750, section 3). */
function unauthorized(code: ErrorCode, message: string, isPresented = true) {
  return {
    ...errorReply(401, code, message),
    headers: { 'WWW-Authenticate': isPresented ? 'Bearer error="invalid_token"' : 'Bearer' },
  }
}

const malformedPassword = () => errorReply(400, 'auth/invalid-password-format', 'Invalid password format')
const banned: ErrorText = ['auth/account-banned', 'This account has been suspended']
const notAccessToken = () => unauthorized('auth/invalid-token', 'The access token is not valid')
function invalidRefreshToken() {
  return errorReply(401, 'auth/invalid-refresh-token', 'The refresh token is not valid')
}
function limited(code: ErrorCode, message: string) {
  return (retryAfterSeconds = 1, allowance?: Allowance) => ({
    ...errorReply(429, code, message),
    headers: { 'Retry-After': retryAfterSeconds, ...(allowance && rateLimitHeaders(allowance)) },
  })
}
const tooManyRequests = limited('auth/too-many-requests', 'Too many requests, try again later')
function tooMany(code: ErrorCode, message: string) {
  const reply = limited(code, message)
  return ({ details }: AuthError) => reply(details.retryAfterSeconds, details.allowance)
}

/** What came of a sign-in through a provider, for the app as well as for its landing page. */
const oauthErrors: Partial<Record<AuthErrorCode, ErrorText>> = {
  userDisabled: banned,
  accountNotLinked: ['auth/account-exists-different-provider', 'This email signs in with another method'],
  invalidOAuthCode: ['auth/invalid-oauth-code', 'The provider refused the authorization code'],
  invalidIdToken: ['auth/invalid-oauth-code', 'The ID token is not valid'],
  oauthDenied: ['auth/oauth-callback-failed', 'The provider refused the sign-in'],
  oauthCodeMissing: ['auth/oauth-callback-failed', 'The sign-in with the provider failed'],
  oauthFailed: ['auth/oauth-callback-failed', 'The sign-in with the provider failed'],
  oauthProfileUnreadable: ['auth/oauth-callback-failed', 'The sign-in with the provider failed'],
  oauthEmailMissing: ['auth/oauth-callback-failed', 'The provider tells no email address'],
}

/**
 * What the page that the browser lands on is told, where a provider's answer signs nobody in.
 * @returns undefined for what is no answer of a provider
 */
export function oauthErrorOf({ code }: AuthError): ErrorText | undefined {
  return oauthErrors[code]
}

function byProvider(status: number) {
  return ({ code }: AuthError) =>
    errorReply(status, ...(oauthErrors[code] ?? ['common/internal-error', 'Something went wrong']))
}

const errorMap: Partial<Record<AuthErrorCode, (error: AuthError, call: Call) => Reply>> = {
  invalidEmail: () => errorReply(400, 'auth/invalid-email', 'The email address is not valid'),
  malformedPassword,
  passwordTooShort: malformedPassword,
  passwordTooLong: malformedPassword,
  passwordTooSimple: malformedPassword,
  commonPassword: () => errorReply(400, 'auth/weak-password', 'This password is too common'),
  passwordUnchanged: () =>
    errorReply(400, 'auth/same-as-previous-password', 'Please use a different password'),
  emailTaken: () => errorReply(409, 'auth/email-already-exists', 'This email is already in use'),
  invalidCredentials: () => errorReply(401, 'auth/invalid-credentials', 'Invalid email or password'),
  invalidMfaCode: () => errorReply(401, 'auth/invalid-mfa-code', 'The one-time code is wrong'),
  mfaRequired: () => errorReply(403, 'auth/mfa-required', 'Two-factor authentication is required'),
  emailNotVerified: (_, { operationId }) =>
    operationId === 'refreshTokens'
      ? invalidRefreshToken()
      : errorReply(403, 'auth/email-not-verified', 'Email has not been verified'),
  // Who has just proven to be somebody is told; a token that worked before only does not any more.
  userDisabled: (_, { operationId }) => {
    if (operationId === 'signIn' || operationId === 'exchangeOAuthCode') return errorReply(403, ...banned)
    return operationId === 'refreshTokens' ? invalidRefreshToken() : notAccessToken()
  },
  wrongPassword: () => errorReply(401, 'auth/invalid-password', 'The current password is wrong'),
  noPassword: () => errorReply(404, 'auth/account-not-found', 'This account has no password'),
  alreadyVerified: () => errorReply(400, 'auth/already-verified', 'This email is already verified'),
  invalidMailToken: (_, { operationId }) =>
    operationId === 'verifyEmail'
      ? errorReply(401, 'auth/invalid-token', 'The verification token is not valid')
      : errorReply(404, 'auth/verification-token-not-found', 'The reset token is not valid'),
  expiredMailToken: (_, { operationId }) =>
    operationId === 'verifyEmail'
      ? errorReply(401, 'auth/token-expired', 'The verification token has expired')
      : errorReply(401, 'auth/verification-token-expired', 'The reset token has expired'),
  invalidApiKey: ({ details }) =>
    details.reason === 'missing'
      ? errorReply(401, 'auth/unauthorized', 'The X-API-Key header is missing')
      : errorReply(401, 'auth/invalid-token', 'The API key is unknown'),
  malformedApiKey: () => errorReply(401, 'auth/invalid-token-format', 'The API key is malformed'),
  revokedApiKey: () => errorReply(401, 'auth/token-revoked', 'The API key has been revoked'),
  expiredApiKey: () => errorReply(401, 'auth/token-expired', 'The API key has expired'),
  missingToken: (_, { request }) =>
    unauthorized(
      new URL(request.url).pathname.includes('/v1/users/') ? 'user/unauthorized' : 'auth/unauthorized',
      'The Authorization header is missing',
      false,
    ),
  invalidToken: notAccessToken,
  malformedToken: () =>
    unauthorized('auth/invalid-token-format', 'The Authorization header does not hold a bearer token'),
  expiredToken: () => unauthorized('auth/token-expired', 'The access token has expired'),
  // Only a token of another pool of users can get this far; a refresh token of one is just unknown.
  wrongRealm: (_, { operationId }) =>
    operationId === 'refreshTokens'
      ? invalidRefreshToken()
      : errorReply(403, 'auth/forbidden', 'The access token belongs to another project or environment'),
  notAdmin: () => errorReply(403, 'user/forbidden', 'Only the user or an administrator may do this'),
  userNotFound: () => errorReply(404, 'auth/user-not-found', 'The user of this token no longer exists'),
  invalidRefreshToken,
  sessionExpired: () => errorReply(401, 'auth/session-expired', 'The session has expired, sign in again'),
  providerNotConfigured: () =>
    errorReply(400, 'auth/oauth-not-configured', 'The provider is not set up for this project'),
  redirectNotAllowed: () => errorReply(400, 'auth/invalid-request', 'The redirect address is not allowed'),
  invalidOAuthState: () => errorReply(400, 'auth/invalid-request', 'The sign-in is unknown or has expired'),
  invalidOAuthCode: byProvider(401),
  invalidIdToken: byProvider(401),
  accountNotLinked: byProvider(409),
  oauthFailed: byProvider(500),
  oauthProfileUnreadable: byProvider(500),
  oauthEmailMissing: byProvider(500),
  tooManyFailures: tooMany('auth/too-many-login-attempts', 'Too many failed attempts, try again later'),
  accountLocked: tooMany('auth/account-locked', 'Account has been locked'),
  tooManyMails: tooMany('auth/too-many-code-requests', 'Too many emails requested, try again later'),
  rateLimited: ({ details }) => tooManyRequests(details.retryAfterSeconds, details.allowance),
}

/** @returns undefined for a code that no operation can meet */
export function replyToError(error: AuthError, call: Call): Reply | undefined {
  return errorMap[error.code]?.(error, call)
}
