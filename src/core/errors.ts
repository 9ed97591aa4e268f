import type { Allowance } from './ports.ts'

/**
 * Everything the rules can refuse. A variant maps each code that its operations can meet to a status and a body of its own;
 * two codes may well become the same answer.
 */
export type AuthErrorCode =
  // What was sent
  | 'invalidEmail'
  | 'malformedPassword' // has unpaired surrogates, so it cannot be hashed faithfully
  | 'passwordTooShort'
  | 'passwordTooLong'
  | 'passwordTooSimple' // a class of characters that the rules demand is missing
  | 'passwordUnchanged'
  | 'commonPassword'
  // Accounts
  | 'emailTaken'
  | 'invalidCredentials' // unknown address, wrong password or no password: never told apart
  | 'wrongPassword' // the current password of somebody signed in
  | 'noPassword' // the account has none that could be changed
  | 'mfaRequired'
  | 'invalidMfaCode'
  | 'userDisabled'
  | 'userNotFound'
  | 'emailNotVerified'
  | 'guestNotAllowed'
  // Who may come in
  | 'registrationClosed'
  | 'invitationRequired'
  | 'invalidInvitation' // unknown, expired, or used by somebody else
  // Credentials of a request
  | 'missingToken'
  | 'malformedToken' // has not the form of a token at all
  | 'invalidToken'
  | 'expiredToken'
  | 'headerRequired' // valid, but in a cookie, which a page of another site could have sent
  | 'wrongRealm' // valid, but of another pool of users
  | 'invalidRefreshToken'
  | 'sessionExpired'
  // Mailed tokens
  | 'invalidMailToken' // unknown, used, superseded, or sent to another address
  | 'expiredMailToken'
  | 'alreadyVerified'
  // API keys
  | 'malformedApiKey'
  | 'invalidApiKey'
  | 'revokedApiKey'
  | 'expiredApiKey'
  | 'apiKeyNotAllowed' // a good one, where only people may call
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
  | 'oauthFailed' // the provider's fault, or ours
  | 'oauthProfileUnreadable' // the provider accepts the code and does not tell whose it is
  | 'oauthEmailMissing'
  | 'accountNotLinked' // the address belongs to an account with another way of signing in
  // Passkeys
  | 'passkeyChallengeNotFound'
  | 'passkeyNotFound'
  | 'passkeyTaken'
  | 'passkeyRefused'
  | 'passkeyCloned'
  // Load; all of them with details.retryAfterSeconds
  | 'rateLimited'
  | 'tooManyFailures' // of one account from one address
  | 'accountLocked' // too many failures of one account, from wherever
  | 'tooManyMails'
  | 'overloaded'

export interface AuthErrorDetails {
  /** Whole seconds, at least 1. */
  retryAfterSeconds?: number
  /** State of the limit that refused. */
  allowance?: Allowance
  scope?: string
  limit?: number
  /** Of what was too short or too long, in code points. */
  lengthLimit?: number
  /** What exactly went wrong, in one word. */
  reason?: string
}

/** A refusal. What the variant says about it is the variant's; the message is for logs only. */
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

/** Does this error say that? For `catch` clauses that can answer one refusal. */
export function isAuthError(error: unknown, ...codes: AuthErrorCode[]): error is AuthError {
  return error instanceof AuthError && (codes.length === 0 || codes.includes(error.code))
}
