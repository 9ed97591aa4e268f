import type { RateLimit } from './ports.ts'
import type { User } from './tables.ts'

/**
 * The numbers and choices in which documented APIs differ. Read at every use, so changing a member of a running core's rules
 * takes effect at once. Make yours from the defaults: `{ ...defaultRules, session: { ...defaultRules.session, kind: 'opaque' } }`.
 */
export interface Rules {
  password: PasswordRules
  signUp: SignUpRules
  signIn: {
    /** An account whose address is not verified cannot sign in: `emailNotVerified`, after the right password only. */
    requiresVerifiedEmail: boolean
  }
  session: SessionRules
  accessToken: AccessTokenRules
  verification: VerificationRules
  passwordReset: { tokenLifetimeSeconds: number }
  guests: {
    /** A guest ends this long after the last token was issued. */
    lifetimeSeconds: number
  }
  mail: MailRules
  limits: Limits
}

export interface PasswordRules {
  /** Code points after NFC, as is `maxLength`. */
  minLength: number
  maxLength: number
  requiredClasses: readonly ('uppercase' | 'lowercase' | 'digit' | 'special')[]
  /** Refuses what many people choose. */
  rejectsCommon: boolean
  /** A change or reset to the same password is refused. Costs a reset one hash more. */
  mustDiffer: boolean
  /** Whether changing the password ends the session of the caller as well. All others always end. */
  changeEndsCurrentSession: boolean
}

export interface SignUpRules {
  opensSession: boolean
  sendsVerification: boolean
  /**
   * An account that is not verified in this time counts as absent, and its address is free again. The time starts anew
   * with every verification mail. Null: accounts stay.
   */
  unverifiedLifetimeSeconds: number | null
}

export interface SessionRules {
  /**
   * opaque: a random token is the credential, until the session ends.
   * access: a JWT, and nothing after it.
   * pair: a JWT and a refresh token that rotates.
   */
  kind: 'opaque' | 'access' | 'pair'
  /** From sign-in, or from the latest rotation, until the session ends. */
  idleSeconds: number
  /** From sign-in; no rotation goes past it. */
  absoluteSeconds: number
  /** A refresh token that comes back within this time of its rotation only lost a race between tabs. */
  reuseGraceSeconds: number
  /** What ends when a spent refresh token comes back later. */
  onReuse: 'session' | 'allSessions'
  /** Opening a session makes the user's other refresh tokens void. Their access tokens live out. */
  oneRefreshTokenPerUser: boolean
}

export interface AccessTokenRules {
  lifetimeSeconds: number
  issuer: string
  audience: string
  /**
   * Claims besides `sub`, `sid`, `jti`, `type`, `iss`, `aud`, `iat` and `exp`, for clients to read. The rules never read them.
   */
  claims: (user: User, type: 'access' | 'refresh') => Record<string, unknown>
}

export interface VerificationRules {
  tokenLifetimeSeconds: number
  /** A new mail makes earlier ones void. */
  supersedes: boolean
  /** The token works once; otherwise until it expires, since mail scanners follow links too. */
  singleUse: boolean
  /** Sending and confirming answer `alreadyVerified`, where otherwise they would tell nothing. */
  revealsVerified: boolean
}

export interface MailRules {
  /** Over the limits of one recipient: throw `tooManyMails`, or send nothing and say nothing. */
  overLimit: 'reject' | 'drop'
  /** Where a mailed link leads; null for a mail that shows the token itself. Never built from a request's own address. */
  links: Record<
    'verifyEmail' | 'resetPassword',
    (about: { token: string; email: string; callbackUrl: string | null }) => string | null
  >
  /** How long a mail that was sent stays in the outbox, sealed. */
  sentRetentionSeconds: number
}

/** Rate limits by name; null or absent means none. A variant adds those of its routes and counts with `consume`. */
export interface Limits {
  /** Wrong passwords and codes of one account from one client address. Success clears it, as does a reset. */
  failuresByAddress?: RateLimit | null
  /** The same from wherever. */
  failuresByAccount?: RateLimit | null
  /** Sign-ups with a taken address, by client address: afterwards all sign-ups from there are refused. */
  signUpConflicts?: RateLimit | null
  /** Mails of one purpose to one recipient: the pause between two, and the sum. */
  mailPause?: RateLimit | null
  mailsByRecipient?: RateLimit | null
  /** All mails on request. Over it nothing is sent, and nobody is told. */
  mailsInTotal?: RateLimit | null
  [route: string]: RateLimit | null | undefined
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

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
  },
  accessToken: { lifetimeSeconds: hour, issuer: 'auth', audience: 'auth', claims: () => ({}) },
  verification: { tokenLifetimeSeconds: day, supersedes: true, singleUse: true, revealsVerified: false },
  passwordReset: { tokenLifetimeSeconds: hour },
  guests: { lifetimeSeconds: day },
  mail: {
    overLimit: 'drop',
    links: { verifyEmail: () => null, resetPassword: () => null },
    sentRetentionSeconds: day,
  },
  limits: {
    failuresByAddress: null,
    failuresByAccount: { max: 10, windowSeconds: 15 * minute },
    signUpConflicts: { max: 5, windowSeconds: hour },
    mailPause: { max: 1, windowSeconds: minute },
    mailsByRecipient: { max: 5, windowSeconds: hour },
    mailsInTotal: { max: 1000, windowSeconds: hour },
  },
}
