import type { routes } from '../../../generated/bedrud/routes.ts'
import type { ErrorResponse } from '../../../generated/bedrud/types.ts'
import type { AuthError, AuthErrorCode } from '../../core/errors.ts'
import type { Call } from '../../http/env.ts'
import type { Reply } from '../../http/handlers.ts'
import type { ErrorResponses } from '../../http/http-error.ts'
import type { Violation } from '../../http/violations.ts'

export function errorReply<Status extends number>(status: Status, error: string) {
  return {
    status,
    body: { error },
  }
}

/** Also for other media types: rejecting forms blocks cross-site form posts. */
const invalidInput = () => errorReply(400, 'Invalid input')

export const errorResponses: ErrorResponses<ErrorResponse> = {
  badRequest: ({ status, message }) => errorReply(status, message),
  notFound: ({ message = 'Not found' }) => errorReply(404, message),
  methodNotAllowed: () => errorReply(405, 'Method not allowed'),
  malformedJson: invalidInput,
  unsupportedMediaType: invalidInput,
  unsupportedContentEncoding: invalidInput,
  tooLarge: () => errorReply(413, 'Request body too large'),
  invalid: ({ operationId, violations }) => {
    const text = textFor(operationId, violations)
    return text ? errorReply(400, text) : invalidInput()
  },
  missingCredentials: () => unauthorized('Missing authorization'),
  rateLimited: ({ allowance }) => tooManyRequests(allowance.retryAfterSeconds),
  internalError: () => errorReply(500, 'An internal error occurred'),
  notImplemented: ({ operationId }) => errorReply(501, `${operationId} is not implemented yet`),
  unavailable: () => errorReply(503, 'Service unavailable, please try again later'),
}

/** @returns the text for the first violation in the order of `validationTexts`; undefined for a wrong type */
function textFor(operationId: string, violations: Violation[]): string | undefined {
  if (violations.some(({ rule }) => rule === 'type')) return undefined
  const violated = new Set(violations.flatMap(({ path, rule }) => [path, `${path} ${rule}`]))
  const texts = (validationTexts as Record<string, Record<string, string>>)[operationId] ?? {}
  return Object.entries(texts).find(([field]) => violated.has(field))?.[1]
}

const invalidEmail = 'Invalid email format'
const missingCredentials = 'Email and password are required'
const missingEmailOrName = 'Email and Name are required'
const longPassword = 'Password must be at most 128 characters'
const unsupportedProvider = 'Unsupported OAuth provider'

/** Texts for the binary fields of a passkey response, in each of the three forms of the body. */
function encodingTexts(...fields: string[]) {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = `Invalid ${field} encoding`
      const paths = [field, `response.${field}`, ...(fieldAliases[field] ?? [])]
      return paths.map((path) => [`${path} form`, text])
    }),
  )
}
const fieldAliases: Record<string, string[]> = {
  clientDataJSON: ['clientDataJson'],
  credentialId: ['id', 'rawId'],
}

/** By field, or by field and rule, in the order in which the vendor's server checks them. */
const validationTexts: Partial<Record<keyof typeof routes, Record<string, string>>> = {
  signUp: {
    email: invalidEmail,
    'name tooBig': 'Name must be at most 255 characters',
    'name unstorable': 'Invalid input',
    name: 'Name must be at least 2 characters',
    'password tooBig': longPassword,
    'password unstorable': 'Invalid input',
    password: 'Password must be at least 8 characters',
  },
  signIn: {
    'email unstorable': 'Invalid input',
    email: missingCredentials,
    'password tooBig': longPassword,
    'password unstorable': 'Invalid input',
    password: missingCredentials,
  },
  signInAsGuest: {
    'name required': 'Name is required',
    'name unstorable': 'Invalid input',
    name: 'Name must be between 2 and 50 characters',
  },
  startOAuth: { provider: unsupportedProvider },
  finishOAuth: { provider: unsupportedProvider },
  finishPasskeyRegistration: encodingTexts('clientDataJSON', 'attestationObject'),
  finishPasskeySignIn: encodingTexts('credentialId', 'clientDataJSON', 'authenticatorData', 'signature'),
  startPasskeySignUp: {
    'email required': missingEmailOrName,
    'name required': missingEmailOrName,
    email: invalidEmail,
    'name unstorable': 'Invalid input',
    name: 'Name must be between 2 and 100 characters',
  },
  finishPasskeySignUp: encodingTexts('clientDataJSON', 'attestationObject'),
}

function unauthorized(error: string) {
  return {
    ...errorReply(401, error),
    headers: { 'WWW-Authenticate': 'Bearer' },
  }
}

const invalidToken = () => unauthorized('Invalid token')
const invalidRefreshToken = () => unauthorized('Invalid or expired refresh token')
const invalidCredentials = () => unauthorized('invalid credentials')
const oauthNotCompleted = () => errorReply(400, 'Failed to complete authentication')
const providerFailed = () => errorReply(500, 'Failed to complete authentication')

function tooManyRequests(retryAfterSeconds = 1) {
  return {
    ...errorReply(429, 'too many requests, please try again later'),
    headers: { 'Retry-After': retryAfterSeconds },
  }
}

/** Password sign-in hides deactivation. Passkey sign-in reveals it, as the signature has proven the owner. */
function deactivated(_: AuthError, { operationId }: Call) {
  if (operationId === 'signIn') return invalidCredentials()
  if (operationId === 'finishPasskeySignIn') return unauthorized('account is deactivated')
  return errorReply(403, 'Account is deactivated')
}

const errorMap: Partial<Record<AuthErrorCode, (error: AuthError, call: Call) => Reply>> = {
  invalidEmail: () => errorReply(400, invalidEmail),
  invalidName: invalidInput,
  malformedPassword: invalidInput,
  passwordTooShort: ({ details }) =>
    errorReply(400, `Password must be at least ${details.lengthLimit} characters`),
  passwordTooLong: ({ details }) =>
    errorReply(400, `Password must be at most ${details.lengthLimit} characters`),
  passwordTooSimple: () => errorReply(400, 'Password must have more kinds of characters'),
  commonPassword: () => errorReply(400, 'Password is too common'),
  emailTaken: () => errorReply(409, 'Email already registered'),
  invalidCredentials,
  userDisabled: deactivated,
  userNotFound: () => unauthorized('User not found'),
  guestNotAllowed: () => errorReply(403, 'Not available for guest accounts'),
  registrationClosed: () => errorReply(403, 'Registration is currently disabled'),
  invitationRequired: (_, { operationId }) =>
    operationId === 'finishOAuth'
      ? errorReply(403, 'Registration requires an invite token')
      : errorReply(403, 'An invite token is required to register'),
  invalidInvitation: () => errorReply(403, 'Invalid or expired invite token'),
  missingToken: () => unauthorized('Missing authorization'),
  malformedToken: invalidToken,
  invalidToken,
  expiredToken: invalidToken,
  headerRequired: () => unauthorized('Authorization header required for state-changing requests'),
  invalidRefreshToken,
  sessionExpired: invalidRefreshToken,
  providerNotConfigured: () => errorReply(400, unsupportedProvider),
  invalidOAuthState: oauthNotCompleted,
  oauthDenied: oauthNotCompleted,
  oauthCodeMissing: oauthNotCompleted,
  invalidOAuthCode: oauthNotCompleted,
  invalidIdToken: providerFailed,
  oauthFailed: providerFailed,
  oauthProfileUnreadable: providerFailed,
  oauthEmailMissing: () => errorReply(400, 'Email not provided by OAuth provider'),
  accountNotLinked: () =>
    errorReply(409, 'An account with this email already exists via a different sign-in method'),
  passkeyChallengeNotFound: (_, { operationId }) =>
    errorReply(
      400,
      operationId === 'finishPasskeySignUp'
        ? 'Signup session expired or not found'
        : 'Challenge not found or expired',
    ),
  passkeyNotFound: () => unauthorized('passkey not found'),
  passkeyTaken: () => errorReply(400, 'passkey already registered'),
  passkeyRefused: (_, { operationId }) =>
    operationId === 'finishPasskeySignIn'
      ? invalidCredentials()
      : errorReply(400, 'Passkey verification failed'),
  passkeyCloned: () =>
    unauthorized(
      'authentication verification failed: possible cloned authenticator (signature counter did not advance)',
    ),
  rateLimited: ({ details }) => tooManyRequests(details.retryAfterSeconds),
  accountLocked: ({ details }) => tooManyRequests(details.retryAfterSeconds),
}

/** @returns undefined for a code that no operation throws */
export function replyToError(error: AuthError, call: Call): Reply | undefined {
  return errorMap[error.code]?.(error, call)
}
