import type { RateLimit } from './ports.ts'
import type { User } from './tables.ts'

/**
 * The numbers and choices in which the documented APIs differ. Rules are read at every use, so a change to
 * the rules of a running core takes effect immediately.
 * @example
 * const rules: Rules = { ...defaultRules, session: { ...defaultRules.session, kind: 'opaque' } }
 */
export interface Rules {
  password: PasswordRules
  signUp: SignUpRules
  signIn: {
    /**
     * Rejects sign-in with `emailNotVerified` until the email is verified. Reported only after the right
     * password.
     */
    requiresVerifiedEmail: boolean
  }
  session: SessionRules
  accessToken: AccessTokenRules
  verification: VerificationRules
  passwordReset: { tokenLifetimeSeconds: number }
  guests: {
    /** Counted from the latest token of the guest. */
    lifetimeSeconds: number
  }
  mail: MailRules
  limits: Limits
}

/** Requirements on new passwords. */
export interface PasswordRules {
  /** In code points after NFC normalization, like `maxLength`. */
  minLength: number
  maxLength: number
  /** The character classes that a password has to contain. */
  requiredClasses: readonly ('uppercase' | 'lowercase' | 'digit' | 'special')[]
  /** Rejects common passwords. */
  rejectsCommon: boolean
  /** Rejects a change or reset to the same password. Costs one more hash per reset. */
  mustDiffer: boolean
  /** Whether a password change also ends the session of the caller. It always ends all other sessions. */
  changeEndsCurrentSession: boolean
}

/** The effects of a sign-up. */
export interface SignUpRules {
  /** Whether sign-up also signs the user in. */
  opensSession: boolean
  /** Whether sign-up mails a verification link. */
  sendsVerification: boolean
  /**
   * An account that is not verified within this time after its sign-up counts as deleted, and its email can
   * be used again. Nothing extends the time, so that strangers cannot occupy an email for good. Null:
   * accounts are kept.
   */
  unverifiedLifetimeSeconds: number | null
}

/** The tokens and lifetimes of sessions. */
export interface SessionRules {
  /**
   * - `opaque`: a random session token
   * - `access`: a JWT that cannot be refreshed
   * - `pair`: a JWT and a rotating refresh token
   */
  kind: 'opaque' | 'access' | 'pair'
  /** The idle timeout, counted from sign-in or from the latest rotation. */
  idleSeconds: number
  /** The absolute timeout, counted from sign-in. No rotation extends it. */
  absoluteSeconds: number
  /** Reuse within this time after the rotation is treated as a race between tabs, not as theft. */
  reuseGraceSeconds: number
  /** The sessions to revoke when a refresh token is reused after the grace: its own, or all of the user. */
  onReuse: 'session' | 'allSessions'
  /** Signing in revokes the user's other refresh tokens. Their access tokens stay valid until they expire. */
  oneRefreshTokenPerUser: boolean
  /** Whether access tokens stay valid after a refresh, until they expire or their session ends. */
  accessTokensOutliveRotation: boolean
}

/** The content of JWTs. */
export interface AccessTokenRules {
  lifetimeSeconds: number
  issuer: string
  audience: string
  /**
   * Additional claims for clients to read. They cannot replace `sub`, `sid`, `jti`, `type`, `iss`, `aud`,
   * `iat` or `exp`, and the core never reads them.
   */
  claims: (user: User, type: 'access' | 'refresh') => Record<string, unknown>
}

/** How emails are verified. */
export interface VerificationRules {
  tokenLifetimeSeconds: number
  /** A new mail revokes the tokens of earlier ones. */
  supersedes: boolean
  /** If false, the token works until it expires, because mail scanners follow links, too. */
  singleUse: boolean
  /**
   * Reports `alreadyVerified` when sending or confirming. Otherwise neither reveals anything about the
   * account.
   */
  revealsVerified: boolean
}

/** Limits and links of mails. */
export interface MailRules {
  /** Beyond the limits of one recipient: throw `tooManyMails`, or silently send nothing. */
  overLimit: 'reject' | 'drop'
  /**
   * Builds the mailed links from configured URLs, never from the `Host` of a request. Null for mails that
   * show the token itself.
   */
  links: Record<
    'verifyEmail' | 'resetPassword' | 'invitation',
    (about: { token: string; email: string; callbackUrl: string | null }) => string | null
  >
  reserve: MailReserve
  /** How long a sent mail stays in the outbox, encrypted. */
  sentRetentionSeconds: number
}

/** The last part of `limits.mailsInTotal`, which clients that request many mails cannot use up. */
export interface MailReserve {
  /** The part of `limits.mailsInTotal`, from 0 to 1. */
  share: number
  /** Clients that have requested more mails, counted like `limits.mailsByClient`, cannot use the reserve. */
  mailsPerClient: number
}

/**
 * Rate limits by name. Null or absent: no limit. Variants add limits for their routes and count with
 * `consume`.
 */
export interface Limits {
  /** Wrong passwords and codes from one network, for all accounts together. Nothing clears it. */
  failuresByClient?: RateLimit | null
  /** Wrong passwords and codes for one account from one network. Cleared by a successful sign-in or reset. */
  failuresByAddress?: RateLimit | null
  /** Wrong passwords and codes for one account from all networks together. */
  failuresByAccount?: RateLimit | null
  /** Sign-ups with a taken email, per network. Beyond it, all sign-ups from the network are rejected. */
  signUpConflicts?: RateLimit | null
  /** Invitations by one organization. */
  invitations?: RateLimit | null
  /** Mails that one network requests, for any recipients. Counted whether or not a mail is sent. */
  mailsByClient?: RateLimit | null
  /** The pause between two mails of one purpose to one recipient. */
  mailPause?: RateLimit | null
  /** All mails of one purpose to one recipient. */
  mailsByRecipient?: RateLimit | null
  /** All requested mails together. Beyond it, mails are silently dropped, and the log has a warning. */
  mailsInTotal?: RateLimit | null
  [route: string]: RateLimit | null | undefined
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Secure defaults, for variants to override. */
export const defaultRules: Rules = {
  password: {
    minLength: 8,
    maxLength: 128,
    requiredClasses: [],
    rejectsCommon: true,
    mustDiffer: false,
    changeEndsCurrentSession: false,
  },
  signUp: { opensSession: true, sendsVerification: false, unverifiedLifetimeSeconds: null },
  signIn: { requiresVerifiedEmail: false },
  session: {
    kind: 'pair',
    idleSeconds: 7 * day,
    absoluteSeconds: 90 * day,
    reuseGraceSeconds: 10,
    onReuse: 'session',
    oneRefreshTokenPerUser: false,
    accessTokensOutliveRotation: false,
  },
  accessToken: { lifetimeSeconds: hour, issuer: 'auth', audience: 'auth', claims: () => ({}) },
  verification: { tokenLifetimeSeconds: day, supersedes: true, singleUse: true, revealsVerified: false },
  passwordReset: { tokenLifetimeSeconds: hour },
  guests: { lifetimeSeconds: day },
  mail: {
    overLimit: 'drop',
    links: { verifyEmail: () => null, resetPassword: () => null, invitation: () => null },
    reserve: { share: 0.2, mailsPerClient: 10 },
    sentRetentionSeconds: day,
  },
  limits: {
    failuresByClient: { max: 100, windowSeconds: 15 * minute },
    failuresByAddress: null,
    failuresByAccount: { max: 10, windowSeconds: 15 * minute },
    signUpConflicts: { max: 5, windowSeconds: hour },
    invitations: { max: 50, windowSeconds: hour },
    mailsByClient: { max: 100, windowSeconds: hour },
    mailPause: { max: 1, windowSeconds: minute },
    mailsByRecipient: { max: 5, windowSeconds: hour },
    mailsInTotal: { max: 1000, windowSeconds: hour },
  },
}
