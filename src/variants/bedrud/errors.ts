import type { routes } from '../../../generated/bedrud/routes.ts'
import type { Error as ErrorBody } from '../../../generated/bedrud/types.ts'
import type { Answer } from '../../contract/handlers.ts'
import type { Call } from '../../contract/input.ts'
import type { Refusals } from '../../contract/refusals.ts'
import type { Violation } from '../../contract/violations.ts'
import type { AuthError, AuthErrorCode } from '../../core/errors.ts'

export const refusal = <Status extends number>(status: Status, error: string) => ({ status, body: { error } })

/** A body that cannot be used, whatever the reason; another media type too, to keep forms on other sites out. */
const invalidInput = () => refusal(400, 'Invalid input')

export const refusals: Refusals<ErrorBody> = {
  notFound: () => refusal(404, 'Not found'),
  methodNotAllowed: () => refusal(405, 'Method not allowed'),
  malformedJson: invalidInput,
  unsupportedMediaType: invalidInput,
  tooLarge: () => refusal(413, 'Request body too large'),
  invalid: ({ operationId, violations }) => {
    const text = textFor(operationId, violations)
    return text ? refusal(400, text) : invalidInput()
  },
  internalError: () => refusal(500, 'An internal error occurred'),
  notImplemented: ({ operationId }) => refusal(501, `${operationId} is not implemented yet`),
  unavailable: () => refusal(503, 'Service unavailable, please try again later'),
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
const encodingOf = (...members: string[]) =>
  Object.fromEntries(members.map((member) => [`${member} form`, `Invalid ${member} encoding`]))

/** By member, or member and rule, in the order in which the vendor's server looks at them. */
const texts: Partial<Record<keyof typeof routes, Record<string, string>>> = {
  signUp: {
    email: invalidEmail,
    'name tooBig': 'Name must be at most 255 characters',
    name: 'Name must be at least 2 characters',
    'password tooBig': longPassword,
    password: 'Password must be at least 8 characters',
  },
  signIn: {
    email: missingCredentials,
    'password tooBig': longPassword,
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

const unauthorized = (error: string) => ({
  ...refusal(401, error),
  headers: { 'WWW-Authenticate': 'Bearer' },
})
const invalidCredentials = () => unauthorized('invalid credentials')
const tooManyRequests = ({ details: { retryAfterSeconds = 1 } }: AuthError) => ({
  ...refusal(429, 'too many requests, please try again later'),
  headers: { 'Retry-After': retryAfterSeconds },
})
const invalidToken = ({ details: { reason } }: AuthError) => {
  if (reason === 'missing') return unauthorized('Missing authorization')
  if (reason === 'cookieAlone')
    return unauthorized('Authorization header required for state-changing requests')
  return unauthorized('Invalid token')
}
const invalidRefreshToken = () => unauthorized('Invalid or expired refresh token')
const notCompleted = (status: number) => () => refusal(status, 'Failed to complete authentication')

type Wording = (error: AuthError, call: Call) => Answer

const wordings: Partial<Record<AuthErrorCode, Wording>> = {
  invalidEmail: () => refusal(400, invalidEmail),
  malformedPassword: invalidInput,
  passwordTooShort: ({ details }) => refusal(400, `Password must be at least ${details.bound} characters`),
  passwordTooLong: ({ details }) => refusal(400, `Password must be at most ${details.bound} characters`),
  passwordTooSimple: () => refusal(400, 'Password must have more kinds of characters'),
  commonPassword: () => refusal(400, 'Password is too common'),
  emailTaken: () => refusal(409, 'Email already registered'),
  registrationClosed: () => refusal(403, 'Registration is currently disabled'),
  invitationRequired: ({ details }) =>
    refusal(
      403,
      details.reason === 'oauth'
        ? 'Registration requires an invite token'
        : 'An invite token is required to register',
    ),
  invalidInvitation: () => refusal(403, 'Invalid or expired invite token'),
  invalidCredentials,
  // Whoever signs in by password learns nothing, whoever has proven who they are does.
  userDisabled: (_, { operationId }) => {
    if (operationId === 'signIn') return invalidCredentials()
    if (operationId === 'finishPasskeySignIn') return unauthorized('account is deactivated')
    return refusal(403, 'Account is deactivated')
  },
  userNotFound: () => unauthorized('User not found'),
  guestNotAllowed: () => refusal(403, 'Not available for guest accounts'),
  malformedToken: invalidToken,
  invalidToken,
  expiredToken: invalidToken,
  invalidRefreshToken,
  sessionExpired: invalidRefreshToken,
  providerNotConfigured: () => refusal(400, unsupportedProvider),
  // What the person or the browser caused, and then what the provider did.
  invalidOAuthState: notCompleted(400),
  oauthDenied: notCompleted(400),
  oauthCodeMissing: notCompleted(400),
  invalidOAuthCode: notCompleted(400),
  invalidIdToken: notCompleted(500),
  oauthFailed: notCompleted(500),
  oauthProfileUnreadable: notCompleted(500),
  oauthEmailMissing: () => refusal(400, 'Email not provided by OAuth provider'),
  accountNotLinked: () =>
    refusal(409, 'An account with this email already exists via a different sign-in method'),
  passkeyChallengeNotFound: (_, { operationId }) =>
    refusal(
      400,
      operationId === 'finishPasskeySignUp'
        ? 'Signup session expired or not found'
        : 'Challenge not found or expired',
    ),
  passkeyNotFound: () => unauthorized('passkey not found'),
  passkeyTaken: () => refusal(400, 'passkey already registered'),
  passkeyRefused: (_, { operationId }) =>
    operationId === 'finishPasskeySignIn'
      ? invalidCredentials()
      : refusal(400, 'Passkey verification failed'),
  passkeyCloned: () =>
    unauthorized(
      'authentication verification failed: possible cloned authenticator (signature counter did not advance)',
    ),
  rateLimited: tooManyRequests,
  tooManyFailures: tooManyRequests,
  accountLocked: tooManyRequests,
}

/** @returns undefined for what none of the operations can meet */
export const wordError = (error: AuthError, call: Call): Answer | undefined =>
  wordings[error.code]?.(error, call)
