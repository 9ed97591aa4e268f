import type { AuthErrorCode } from './errors.ts'
import type { Rules } from './rules.ts'
import type { Store } from './store.ts'

/**
 * The dependencies of all use cases, passed as their first parameter. It is a plain object, so that a request
 * can override parts of it.
 * @example
 * const requestCore = { ...core, record: (event) => log({ ...event, requestId }) }
 */
export interface Core {
  store: Store
  /** Returns the current time in milliseconds since 1970. */
  now: () => number
  /** Returns `length` cryptographically secure random bytes. */
  random: (length: number) => Uint8Array<ArrayBuffer>
  /** Returns a new unique id, in the format that the variant uses for this kind. */
  newId: (kind: IdKind) => string
  /** Hashes passwords. */
  hasher: Hasher
  /** Counts calls for the rate limits of `rules`. */
  limiter: RateLimiter
  /**
   * Secrets of at least 32 bytes each. The first one signs tokens and encrypts mails; all are accepted. To
   * rotate, put a new secret in front and remove the old one when everything signed with it has expired.
   */
  secrets: readonly string[]
  /** The configuration of the variant. */
  rules: Rules
  /** Writes an event to the audit log. Must not throw. */
  record: (event: AuthEvent) => void
  /** Writes a warning for the operator to the log. Must not throw. */
  warn: (message: string) => void
}

/** The kind of object that an id is for. */
export type IdKind = 'user' | 'session' | 'apiKey' | 'organization' | 'project' | 'mail'

/** The client, as far as the transport knows it. */
export interface RequestMeta {
  /**
   * The IP address of the client, taken from a proxy header only if the proxy is trusted; null if unknown.
   */
  ip: string | null
  userAgent: string | null
}

/**
 * Slow password hashing. `hash` and `verify` throw an `AuthError` with the code `overloaded` instead of
 * letting a queue grow without bound.
 */
export interface Hasher {
  /**
   * Hashes a password with a new salt.
   * @returns a PHC string
   */
  hash: (password: string) => Promise<string>
  /** Tells whether a password matches a PHC string. */
  verify: (phc: string, password: string) => Promise<boolean>
  /** Tells whether a hash is weaker than what `hash` produces now. */
  isOutdated: (phc: string) => boolean
  /**
   * A hash that no password matches, for unknown accounts. Costs as much to verify as a new hash: no timing
   * oracle.
   */
  dummyHash: string
}

/** A rate limit: at most `max` requests per `windowSeconds`. */
export interface RateLimit {
  max: number
  windowSeconds: number
  /**
   * Windows start at multiples of their length since 1970 (days at 00:00 UTC) instead of at the first call.
   */
  aligned?: boolean
}

/** The state of a rate limit after a call. */
export interface Allowance {
  allowed: boolean
  /** The maximum number of calls per window. */
  limit: number
  /** The number of calls left in the window. */
  remaining: number
  /** The end of the window, in milliseconds since 1970. */
  resetAt: number
  /** Whole seconds until the end of the window, at least 1. */
  retryAfterSeconds: number
}

/** Counts calls in fixed windows. `name` is the name of the limit, `key` identifies the caller. */
export interface RateLimiter {
  /** Counts one call, unless the limit is reached: rejected calls do not count. Atomic. */
  consume: (name: string, key: string, limit: RateLimit) => Promise<Allowance>
  /** Like `consume`, without counting. */
  peek: (name: string, key: string, limit: RateLimit) => Promise<Allowance>
  /** Undoes one `consume`. */
  refund: (name: string, key: string) => Promise<void>
  /** Resets the count to zero. */
  clear: (name: string, key: string) => Promise<void>
}

/** An entry of the audit log: who tried what, with which outcome (ASVS 16.3). Never contains secrets. */
export interface AuthEvent {
  name: AuthEventName
  /** `refused`: rejected with an `AuthError`. `failed`: any other error. */
  outcome: 'succeeded' | 'refused' | 'failed'
  /** Why the request was rejected; null for any other outcome. */
  reason: AuthErrorCode | null
  /** Milliseconds since 1970. */
  at: number
  realm: string
  /** Null if the user is unknown. */
  userId: string | null
  ip: string | null
}

/** The use case that ran. */
export type AuthEventName =
  | 'signUp'
  | 'signIn'
  | 'guestSignIn'
  | 'refresh'
  | 'refreshTokenReuse' // in addition to the rejected `refresh`
  | 'signOut'
  | 'passwordChange'
  | 'passwordResetRequest'
  | 'passwordReset'
  | 'verificationRequest'
  | 'verification'
  | 'profileChange'
  | 'accountChange' // role, plan, status
  | 'accountDeletion'
  | 'apiKeyCreation'
  | 'apiKeyRevocation'
  | 'invitation'
  | 'invitationAcceptance'
  | 'oauthStart'
  | 'oauthSignIn'
  | 'passkeyRegistration'
  | 'passkeySignUp'
  | 'passkeySignIn'
