/**
 * The tables, with one row type each. All engines in `src/storage` have the same tables. Timestamps are
 * milliseconds since 1970 (UTC). Hashes are SHA-256 in lower-case hex; the secrets themselves are never
 * stored. `null` means "none", never "unknown". Variants add their own tables by declaration merging.
 */
export interface Tables {
  users: User
  identities: Identity
  sessions: Session
  rotatedRefreshTokens: RotatedRefreshToken
  oneTimeTokens: OneTimeToken
  passkeys: Passkey
  apiKeys: ApiKey
  organizations: Organization
  memberships: Membership
  projects: Project
  outbox: Mail
}

/** Read-only joins, so that authenticating a request takes one query. */
export interface Views {
  sessionWithUser: SessionWithUser
}

/** An account. */
export interface User {
  id: string
  /**
   * A pool of users within the database: an environment of a project, or `''` for APIs with a single pool.
   */
  realm: string
  /** In canonical form; unique within the realm. */
  email: string | null
  emailVerifiedAt: number | null
  /** A PHC string; null for accounts without a password. */
  passwordHash: string | null
  name: string
  role: string
  status: 'active' | 'disabled'
  plan: string | null
  /** The URL of the picture. */
  picture: string | null
  /** Fields of the variant, which the core never reads. */
  profile: Record<string, unknown>
  /**
   * How the account was created: `email`, `guest`, `passkey`, `invitation` or the name of an OAuth provider.
   */
  provider: string
  /** The TOTP secret (RFC 6238) in Base32; null without a second factor. */
  totpSecret: string | null
  /** Set for guests and unverified accounts. An expired account counts as deleted. */
  expiresAt: number | null
  createdAt: number
  updatedAt: number
}

/** An account at an OAuth provider, identified by provider and subject, never by email (ASVS 6.8.1). */
export interface Identity {
  realm: string
  provider: string
  subject: string
  userId: string
  createdAt: number
}

/** A sign-in on one device, with the hashes of its tokens. */
export interface Session {
  id: string
  userId: string
  /** The hash of the opaque session token or of the current refresh token. */
  tokenHash: string
  /** The `jti` of the newest access token, usually the only valid one; null for opaque sessions. */
  accessTokenJti: string | null
  /** The hash of the previous refresh token, whose reuse is tolerated during the grace. */
  previousTokenHash: string | null
  rotatedAt: number | null
  userAgent: string | null
  ip: string | null
  createdAt: number
  lastUsedAt: number
  idleExpiresAt: number
  /** No rotation extends the session beyond this. */
  absoluteExpiresAt: number
}

/** A rotated refresh token, kept to detect reuse (RFC 9700, section 4.14). Deleted with its session. */
export interface RotatedRefreshToken {
  tokenHash: string
  sessionId: string
  rotatedAt: number
}

/** A mailed link, an OAuth state or a WebAuthn challenge: single-use, bound to a purpose, and expiring. */
export interface OneTimeToken {
  tokenHash: string
  purpose: string
  realm: string
  userId: string | null
  /** The recipient. The token becomes invalid when the email of the account changes. */
  email: string | null
  data: Record<string, unknown>
  createdAt: number
  expiresAt: number
}

/** A WebAuthn credential of a user. */
export interface Passkey {
  /** In base64url; unique across all users (WebAuthn L3, section 7.1). */
  credentialId: string
  userId: string
  /** A COSE key in base64url. */
  publicKey: string
  counter: number
  name: string
  createdAt: number
}

/** An API key of a user, an organization or a project. */
export interface ApiKey {
  id: string
  keyHash: string
  /** The part of the key that may be shown again, to recognise it. */
  preview: string
  name: string
  description: string | null
  kind: string
  realm: string
  userId: string | null
  organizationId: string | null
  projectId: string | null
  scopes: string[]
  createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
  revokedAt: number | null
}

/** A tenant. */
export interface Organization {
  id: string
  name: string
  slug: string
  createdAt: number
}

/** The role of a user in an organization. */
export interface Membership {
  organizationId: string
  userId: string
  role: string
  createdAt: number
}

/** A project of an organization. */
export interface Project {
  id: string
  organizationId: string
  name: string
  slug: string
  description: string | null
  createdAt: number
}

/**
 * A mail in the outbox. The content is encrypted because it contains secrets that are hashed everywhere else.
 */
export interface Mail {
  id: string
  /** The realm of the recipient. The same email can belong to another person in another realm. */
  realm: string
  recipient: string
  /** The encrypted content: AES-256-GCM in base64url. */
  sealed: string
  attempts: number
  createdAt: number
  nextAttemptAt: number
  /** Null until the mail server has accepted the mail. */
  sentAt: number | null
}

/** A session, its user, and the organization that the user joined first. */
export interface SessionWithUser extends Session {
  user: User
  organizationId: string | null
  organizationRole: string | null
}
