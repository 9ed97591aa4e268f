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

/** A body that cannot be used, whatever the reason; another media type too, to keep forms on other sites out. */
const invalidInput = () => errorReply(400, 'Invalid input')

export const errorResponses: ErrorResponses<ErrorResponse> = {
  notFound: () => errorReply(404, 'Not found'),
  methodNotAllowed: () => errorReply(405, 'Method not allowed'),
  malformedJson: invalidInput,
  unsupportedMediaType: invalidInput,
  tooLarge: () => errorReply(413, 'Request body too large'),
  invalid: ({ operationId, violations }) => {
    const text = textFor(operationId, violations)
    return text ? errorReply(400, text) : invalidInput()
  },
  rateLimited: ({ allowance }) => tooManyRequests(allowance.retryAfterSeconds),
  internalError: () => errorReply(500, 'An internal error occurred'),
  notImplemented: ({ operationId }) => errorReply(501, `${operationId} is not implemented yet`),
  unavailable: () => errorReply(503, 'Service unavailable, please try again later'),
}

function textFor(operationId: string, violations: Violation[]): string | undefined {
  if (violations.some(({ rule }) => rule === 'type')) return undefined
  const broken = new Set(violations.flatMap(({ path, rule }) => [path, `${path} ${rule}`]))
  const inOrder: Record<string, string> = (texts as Record<string, Record<string, string>>)[operationId] ?? {}
  return Object.entries(inOrder).find(([member]) => broken.has(member))?.[1]
}

const invalidEmail = 'Invalid email format'
const missingCredentials = 'Email and password are required'
const missingEmailOrName = 'Email and Name are required'
const longPassword = 'Password must be at most 128 characters'
const unsupportedProvider = 'Unsupported OAuth provider'
/** In each of the three forms in which an authenticator's answer may come. */
function encodingOf(...members: string[]) {
  return Object.fromEntries(
    members.flatMap((member) => {
      const text = `Invalid ${member} encoding`
      const places = [member, `response.${member}`, ...(otherNames[member] ?? [])]
      return places.map((place) => [`${place} form`, text])
    }),
  )
}
const otherNames: Record<string, string[]> = {
  clientDataJSON: ['clientDataJson'],
  credentialId: ['id', 'rawId'],
}

/** By member, or member and rule, in the order in which the vendor's server looks at them. */
const texts: Partial<Record<keyof typeof routes, Record<string, string>>> = {
  signUp: {
    email: invalidEmail,
    'name tooBig': 'Name must be at most 255 characters',
    'name form': 'Invalid input',
    name: 'Name must be at least 2 characters',
    'password tooBig': longPassword,
    'password form': 'Invalid input',
    password: 'Password must be at least 8 characters',
  },
  signIn: {
    'email form': 'Invalid input',
    email: missingCredentials,
    'password tooBig': longPassword,
    'password form': 'Invalid input',
    password: missingCredentials,
  },
  signInAsGuest: {
    'name required': 'Name is required',
    name: 'Name must be between 2 and 50 characters',
  },
  startOAuth: { provider: unsupportedProvider },
  finishOAuth: { provider: unsupportedProvider },
  finishPasskeyRegistration: encodingOf('clientDataJSON', 'attestationObject'),
  finishPasskeySignIn: encodingOf('credentialId', 'clientDataJSON', 'authenticatorData', 'signature'),
  startPasskeySignUp: {
    'email required': missingEmailOrName,
    'name required': missingEmailOrName,
    email: invalidEmail,
    name: 'Name must be between 2 and 100 characters',
  },
  finishPasskeySignUp: encodingOf('clientDataJSON', 'attestationObject'),
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
const unfinished = () => errorReply(400, 'Failed to complete authentication')
const providerFailed = () => errorReply(500, 'Failed to complete authentication')
function tooManyRequests(retryAfterSeconds = 1) {
  return {
    ...errorReply(429, 'too many requests, please try again later'),
    headers: { 'Retry-After': retryAfterSeconds },
  }
}

/** A passkey proves whose it is, so its holder is told; a password is no reason to tell anybody. */
function deactivated(_: AuthError, { operationId }: Call) {
  if (operationId === 'signIn') return invalidCredentials()
  if (operationId === 'finishPasskeySignIn') return unauthorized('account is deactivated')
  return errorReply(403, 'Account is deactivated')
}

const errorMap: Partial<Record<AuthErrorCode, (error: AuthError, call: Call) => Reply>> = {
  invalidEmail: () => errorReply(400, invalidEmail),
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
  invalidOAuthState: unfinished,
  oauthDenied: unfinished,
  oauthCodeMissing: unfinished,
  invalidOAuthCode: unfinished,
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

/** @returns undefined for a code that no operation can meet */
export function replyToError(error: AuthError, call: Call): Reply | undefined {
  return errorMap[error.code]?.(error, call)
}
