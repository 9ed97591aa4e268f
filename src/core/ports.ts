import type { AuthErrorCode } from './errors.ts'
import type { Rules } from './rules.ts'
import type { Store } from './store.ts'

/**
 * Everything the rules depend on; the first parameter of their functions. Plain data, so that a request may have its own:
 * `{ ...core, record: (event) => log({ ...event, requestId }) }`.
 */
export interface Core {
  store: Store
  /** Milliseconds since 1970. */
  now: () => number
  /** Cryptographically random bytes. */
  random: (length: number) => Uint8Array<ArrayBuffer>
  newId: (kind: IdKind) => string
  hasher: Hasher
  limiter: RateLimiter
  /**
   * At least 32 bytes of text each. The first signs and seals, all of them are accepted: a new one goes to the front, an old
   * one away when nothing that it signed is needed any more.
   */
  secrets: readonly string[]
  rules: Rules
  record: (event: AuthEvent) => void
}

export type IdKind = 'user' | 'session' | 'apiKey' | 'organization' | 'project' | 'mail'

/** Who is calling, as far as the transport knows. */
export interface RequestMeta {
  /** Already freed of what an untrusted proxy claims. */
  ip: string | null
  userAgent: string | null
}

/** Slow hashes for passwords. Both operations throw `AuthError` `overloaded` rather than let a queue grow. */
export interface Hasher {
  /** @returns a PHC string with a salt of its own */
  hash: (password: string) => Promise<string>
  verify: (phc: string, password: string) => Promise<boolean>
  /** Is it weaker than what `hash` makes now? */
  isOutdated: (phc: string) => boolean
  /** A hash that no password matches, as costly to verify as a new one. Unknown accounts are checked against it. */
  dummyHash: string
}

/** A rate limit: at most `max` requests per `windowSeconds`. */
export interface RateLimit {
  max: number
  windowSeconds: number
  /** Windows begin at multiples of their length since 1970 (a day: 00:00 UTC) instead of with the first call. */
  aligned?: boolean
}

/** The state of a rate limit after a call. */
export interface Allowance {
  allowed: boolean
  limit: number
  remaining: number
  /** End of the window, milliseconds since 1970. */
  resetAt: number
  /** Until the end of the window: whole seconds, at least 1. */
  retryAfterSeconds: number
}

/** Counts calls in fixed windows. `name` is the rule, `key` the caller that it counts for. */
export interface RateLimiter {
  /** Counts one call unless the limit is reached: refused calls do not count. Atomic. */
  consume: (name: string, key: string, limit: RateLimit) => Promise<Allowance>
  /** Like `consume`, without counting. */
  peek: (name: string, key: string, limit: RateLimit) => Promise<Allowance>
  /** Undoes one `consume`. */
  refund: (name: string, key: string) => Promise<void>
  /** Resets the count to zero. */
  clear: (name: string, key: string) => Promise<void>
}

/** One line of the audit log: who tried what, and what came of it (ASVS 16.3). Never contains a secret. */
export interface AuthEvent {
  name: AuthEventName
  outcome: 'succeeded' | 'refused' | 'failed'
  /** Of a refusal. */
  reason: AuthErrorCode | null
  at: number
  realm: string
  userId: string | null
  ip: string | null
}

export type AuthEventName =
  | 'signUp'
  | 'signIn'
  | 'guestSignIn'
  | 'refresh'
  | 'refreshTokenReuse' // in addition to the `refresh` that was refused
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
  | 'oauthStart'
  | 'oauthSignIn'
  | 'passkeyRegistration'
  | 'passkeySignUp'
  | 'passkeySignIn'
