import type { Allowance } from './ports.ts'

/**
 * Why a use case rejected a request. Each variant maps the codes to its own statuses and bodies; several
 * codes can become the same response.
 */
export type AuthErrorCode =
  // Input
  | 'invalidEmail'
  | 'invalidName' // has invisible characters
  | 'malformedPassword' // contains unpaired surrogates, which UTF-8 cannot encode
  | 'passwordTooShort'
  | 'passwordTooLong'
  | 'passwordTooSimple' // lacks a required character class
  | 'passwordUnchanged'
  | 'commonPassword'
  // Accounts
  | 'emailTaken'
  | 'invalidCredentials' // unknown email, wrong password or account without password, indistinguishably
  | 'wrongPassword' // the current password of a signed-in user
  | 'noPassword' // the account has no password to change
  | 'mfaRequired'
  | 'invalidMfaCode'
  | 'userDisabled'
  | 'userNotFound'
  | 'emailNotVerified'
  | 'guestNotAllowed'
  // Permission to sign up
  | 'registrationClosed'
  | 'invitationRequired'
  | 'invalidInvitation' // unknown, expired or already used
  // Credentials of a request
  | 'missingToken'
  | 'malformedToken' // not in the format of a token
  | 'invalidToken'
  | 'expiredToken'
  | 'headerRequired' // valid, but only in a cookie, which another site can make a browser send
  | 'wrongRealm' // valid, but for another realm
  | 'invalidRefreshToken'
  | 'sessionExpired'
  // Mailed tokens
  | 'invalidMailToken' // unknown, used, superseded, or for another email
  | 'expiredMailToken'
  | 'alreadyVerified'
  // API keys
  | 'malformedApiKey'
  | 'invalidApiKey'
  | 'revokedApiKey'
  | 'expiredApiKey'
  | 'apiKeyNotAllowed' // valid, but the operation requires a signed-in user
  | 'apiKeyNotFound'
  | 'invalidScope'
  | 'missingScope' // details.scope
  | 'wrongProject'
  | 'invalidExpiry'
  | 'tooManyApiKeys' // details.limit
  // Organizations
  | 'notMember'
  | 'notAdmin'
  | 'alreadyMember'
  | 'projectNotFound'
  // OAuth
  | 'providerNotConfigured'
  | 'redirectNotAllowed'
  | 'invalidOAuthState'
  | 'oauthDenied' // details.reason: the provider's `error`
  | 'oauthCodeMissing'
  | 'invalidOAuthCode'
  | 'invalidIdToken'
  | 'oauthFailed' // the provider failed, or we are misconfigured
  | 'oauthProfileUnreadable' // the provider accepted the code, but returned no usable profile
  | 'oauthEmailMissing'
  | 'accountNotLinked' // the email belongs to an account with another sign-in method
  // Passkeys
  | 'passkeyChallengeNotFound'
  | 'passkeyNotFound'
  | 'passkeyTaken'
  | 'passkeyRefused'
  | 'passkeyCloned'
  // Load, always with details.retryAfterSeconds
  | 'rateLimited'
  | 'tooManyFailures' // for one account from one network
  | 'accountLocked' // too many failures for one account from all networks together
  | 'tooManyMails'
  | 'overloaded'

/** Details for responses and logs. */
export interface AuthErrorDetails {
  /** Whole seconds, at least 1. */
  retryAfterSeconds?: number
  /** The state of the exceeded limit. */
  allowance?: Allowance
  scope?: string
  /** The maximum number of items. */
  limit?: number
  /** The minimum or maximum password length, in code points. */
  lengthLimit?: number
  /** The exact cause, as an identifier for logs. */
  reason?: string
}

/** Thrown when a use case rejects a request. Variants word the response; the message is for logs only. */
export class AuthError extends Error {
  readonly code: AuthErrorCode
  readonly details: AuthErrorDetails

  constructor(code: AuthErrorCode, details: AuthErrorDetails = {}) {
    super(code)
    this.name = 'AuthError'
    this.code = code
    this.details = details
  }
}

/**
 * Tells whether an error is an `AuthError` with one of the codes.
 * @param codes any code, if empty
 */
export function isAuthError(error: unknown, ...codes: AuthErrorCode[]): error is AuthError {
  return error instanceof AuthError && (codes.length === 0 || codes.includes(error.code))
}
