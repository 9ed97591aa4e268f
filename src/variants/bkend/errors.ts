import type { ErrorCode, ErrorResponse } from '../../../generated/bkend/types.ts'
import type { AuthError, AuthErrorCode } from '../../core/errors.ts'
import type { Call } from '../../http/env.ts'
import type { Reply } from '../../http/handlers.ts'
import type { ErrorResponses, FailedRequest } from '../../http/http-error.ts'
import type { Allowance } from '../../http/rate-limits.ts'
import type { Violation } from '../../http/violations.ts'
import { rateLimitHeaders } from './limits.ts'

/** The reply for an error of this API. */
export function errorReply<Status extends number>(status: Status, code: ErrorCode, message: string) {
  return { status, body: { success: false as const, message, error: { code, message } } }
}

/** The replies for errors that every API has. */
export const errorResponses: ErrorResponses<ErrorResponse> = {
  badRequest: ({ status, message }) => errorReply(status, 'common/invalid-parameters', message),
  notFound: ({ message = 'No operation has this path' }) => errorReply(404, 'common/not-found', message),
  methodNotAllowed: () =>
    errorReply(405, 'common/method-not-allowed', 'The path exists, but not with this method'),
  malformedJson: () => errorReply(400, 'common/invalid-parameters', 'The body is not valid JSON'),
  unsupportedMediaType: () =>
    errorReply(415, 'common/unsupported-media-type', 'Send the body as application/json'),
  unsupportedContentEncoding: () =>
    errorReply(415, 'common/unsupported-media-type', 'Send the body without compression'),
  tooLarge: () => errorReply(413, 'common/payload-too-large', 'The body is too large'),
  invalid: ({ operationId, violations: [first] }) => errorReply(400, ...errorTextFor(operationId, first)),
  missingCredentials: ({ missing }, failed) =>
    missing.some(({ kind }) => kind === 'key') ? missingApiKey() : missingToken(failed),
  rateLimited: ({ allowance }) => tooManyRequests(allowance.retryAfterSeconds, allowance),
  internalError: () => errorReply(500, 'common/internal-error', 'Something went wrong on our side'),
  // The contract has no 501, so this uses a code that its clients know.
  notImplemented: ({ operationId }) =>
    errorReply(501, 'common/internal-error', `${operationId} is not implemented yet`),
  unavailable: () => errorReply(503, 'common/unavailable', 'The service is busy, try again soon'),
}

type ErrorText = [code: ErrorCode, message: string]

/** Some fields have their own code or message for a malformed value. Others get the message of the schema. */
function errorTextFor(operationId: string, { path, rule, message }: Violation): ErrorText {
  // A map, because a field can be named `constructor`.
  const errorTexts = new Map(Object.entries({ ...fieldErrors, ...fieldErrorsByOperation[operationId] }))
  const isMalformed = rule !== 'required' && rule !== 'type'
  const errorText = errorTexts.get(`${path} ${rule}`) ?? (isMalformed ? errorTexts.get(path) : undefined)
  const ownText = `${path || 'The body'} ${message}`
  if (rule === 'unstorable') return [errorText?.[0] ?? 'common/invalid-parameters', ownText]
  return errorText ?? ['common/invalid-parameters', ownText]
}

/** By the path of the field; or by the path and the rule that is broken. */
const fieldErrors: Record<string, ErrorText> = {
  email: ['auth/invalid-email', 'The email address is not valid'],
  newPassword: ['auth/invalid-password-format', 'Invalid password format'],
  provider: ['auth/unsupported-provider', 'The provider is not supported'],
  redirect: ['common/invalid-parameters', 'redirect must be an http or https URL'],
  mfaCode: ['common/invalid-parameters', 'mfaCode must be six digits'],
  mobile: ['common/invalid-parameters', 'mobile must be a number in E.164 form'],
}

const userChangeErrors: Record<string, ErrorText> = {
  '': ['common/invalid-parameters', 'Send at least one field to change'],
  name: ['user/invalid-name', 'name must have 1 to 100 characters'],
  nickname: ['user/invalid-nickname', 'nickname must have 1 to 50 characters'],
  ...Object.fromEntries(
    ['github', 'twitter', 'linkedin'].map((site): [string, ErrorText] => [
      `socialLinks.${site}`,
      ['common/invalid-parameters', `socialLinks.${site} must be an http or https URL`],
    ]),
  ),
}

/** Errors of single operations, by operationId. They override `fieldErrors`. */
const fieldErrorsByOperation: Record<string, Record<string, ErrorText>> = {
  signUp: {
    password: ['auth/invalid-password-format', 'Invalid password format'],
  },
  exchangeOAuthCode: {
    'idToken required': ['common/invalid-parameters', 'code or idToken is required'],
    'redirectUri required': ['common/invalid-parameters', 'redirectUri is required with code'],
  },
  updateUser: userChangeErrors,
  updateUserProfile: userChangeErrors,
  createAvatarUploadUrl: {
    'filename tooSmall': ['file/invalid-name', 'filename must not be empty'],
    'filename tooBig': ['file/invalid-name', 'filename must have at most 255 characters'],
    filename: ['file/invalid-name', 'filename must not contain a path'],
    contentType: ['file/invalid-format', 'contentType is not an accepted image type'],
  },
}

/** A 401 for an access token. Its challenge tells whether a token was sent (RFC 6750, section 3). */
function unauthorized(code: ErrorCode, message: string, isPresented = true) {
  return {
    ...errorReply(401, code, message),
    headers: { 'WWW-Authenticate': isPresented ? 'Bearer error="invalid_token"' : 'Bearer' },
  }
}

const banned: ErrorText = ['auth/account-banned', 'This account has been suspended']

function malformedPassword() {
  return errorReply(400, 'auth/invalid-password-format', 'Invalid password format')
}

function missingToken({ request }: Pick<FailedRequest, 'request'>) {
  const isOfUsers = new URL(request.url).pathname.includes('/v1/users/')
  const code = isOfUsers ? 'user/unauthorized' : 'auth/unauthorized'
  return unauthorized(code, 'The Authorization header is missing', false)
}

function missingApiKey() {
  return errorReply(401, 'auth/unauthorized', 'The X-API-Key header is missing')
}

function invalidAccessToken() {
  return unauthorized('auth/invalid-token', 'The access token is not valid')
}

function invalidRefreshToken() {
  return errorReply(401, 'auth/invalid-refresh-token', 'The refresh token is not valid')
}

function tooManyRequests(retryAfterSeconds?: number, allowance?: Allowance) {
  const text: ErrorText = ['auth/too-many-requests', 'Too many requests, try again later']
  return limitReply(text, retryAfterSeconds, allowance)
}

/** A 429 whose headers report the limit that was exceeded. */
function limitReply(text: ErrorText, retryAfterSeconds = 1, allowance?: Allowance) {
  return {
    ...errorReply(429, ...text),
    headers: { 'Retry-After': retryAfterSeconds, ...(allowance && rateLimitHeaders(allowance)) },
  }
}

/** Makes an entry of `errorMap` for an exceeded limit. */
function limitExceeded(...text: ErrorText) {
  return ({ details }: AuthError) => limitReply(text, details.retryAfterSeconds, details.allowance)
}

/** Errors of a sign-in with a provider: the body of the API flow, and the query of the redirect. */
const oauthErrors: Partial<Record<AuthErrorCode, ErrorText>> = {
  userDisabled: banned,
  accountNotLinked: ['auth/account-exists-different-provider', 'This email signs in with another method'],
  invalidOAuthCode: ['auth/invalid-oauth-code', 'The provider refused the authorization code'],
  invalidIdToken: ['auth/invalid-oauth-code', 'The ID token is not valid'],
  oauthDenied: ['auth/oauth-callback-failed', 'The provider refused the sign-in'],
  oauthCodeMissing: ['auth/oauth-callback-failed', 'The sign-in with the provider failed'],
  oauthFailed: ['auth/oauth-callback-failed', 'The sign-in with the provider failed'],
  oauthProfileUnreadable: ['auth/oauth-callback-failed', 'The sign-in with the provider failed'],
  oauthEmailMissing: ['auth/oauth-callback-failed', 'The provider returned no email address'],
}

/**
 * Finds the code and message that the redirect of a failed sign-in passes to the page of the app.
 * @returns undefined if the error is not one of a sign-in with a provider
 */
export function oauthErrorOf({ code }: AuthError): ErrorText | undefined {
  return oauthErrors[code]
}

/** Makes an entry of `errorMap` for an error of a sign-in with a provider. */
function oauthError(status: number) {
  return ({ code }: AuthError) =>
    errorReply(status, ...(oauthErrors[code] ?? ['common/internal-error', 'Something went wrong']))
}

const errorMap: Partial<Record<AuthErrorCode, (error: AuthError, call: Call) => Reply>> = {
  invalidEmail: () => errorReply(400, 'auth/invalid-email', 'The email address is not valid'),
  invalidName: (_, { operationId }) =>
    errorReply(
      400,
      operationId.startsWith('updateUser') ? 'user/invalid-name' : 'common/invalid-parameters',
      'name must not contain invisible characters',
    ),
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
  // Only a caller who has just proven their identity learns of the suspension. For others the token is invalid.
  userDisabled: (_, { operationId }) => {
    if (operationId === 'signIn' || operationId === 'exchangeOAuthCode') return errorReply(403, ...banned)
    return operationId === 'refreshTokens' ? invalidRefreshToken() : invalidAccessToken()
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
      ? missingApiKey()
      : errorReply(401, 'auth/invalid-token', 'The API key is unknown'),
  malformedApiKey: () => errorReply(401, 'auth/invalid-token-format', 'The API key is malformed'),
  revokedApiKey: () => errorReply(401, 'auth/token-revoked', 'The API key has been revoked'),
  expiredApiKey: () => errorReply(401, 'auth/token-expired', 'The API key has expired'),
  missingToken: (_, call) => missingToken(call),
  invalidToken: invalidAccessToken,
  malformedToken: () =>
    unauthorized('auth/invalid-token-format', 'The Authorization header does not contain a bearer token'),
  expiredToken: () => unauthorized('auth/token-expired', 'The access token has expired'),
  // Another project's access token is reported as such. Another project's refresh token counts as unknown.
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
  redirectNotAllowed: () => errorReply(400, 'auth/invalid-request', 'The redirect URL is not allowed'),
  invalidOAuthState: () => errorReply(400, 'auth/invalid-request', 'The sign-in is unknown or has expired'),
  invalidOAuthCode: oauthError(401),
  invalidIdToken: oauthError(401),
  accountNotLinked: oauthError(409),
  oauthFailed: oauthError(500),
  oauthProfileUnreadable: oauthError(500),
  oauthEmailMissing: oauthError(500),
  tooManyFailures: limitExceeded('auth/too-many-login-attempts', 'Too many failed attempts, try again later'),
  accountLocked: limitExceeded('auth/account-locked', 'Account has been locked'),
  tooManyMails: limitExceeded('auth/too-many-code-requests', 'Too many emails requested, try again later'),
  rateLimited: ({ details }) => tooManyRequests(details.retryAfterSeconds, details.allowance),
}

/**
 * Makes the reply for an error of an operation.
 * @returns undefined if no operation of this API throws the error
 */
export function replyToError(error: AuthError, call: Call): Reply | undefined {
  return errorMap[error.code]?.(error, call)
}
