/**
 * What the rules remember. One row type per table; every engine below `src/storage` keeps these same tables.
 * Instants are milliseconds since 1970 (UTC). A hash is SHA-256 in lower-case hex, and stands for a secret that is
 * itself never stored. `null` means "none", never "unknown". A variant adds tables of its own by declaration merging.
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

/** Read-only joins that a check on every request needs in one look-up. */
export interface Views {
  sessionWithUser: SessionWithUser
}

export interface User {
  id: string
  /** Separates pools of users that share a database: a project's environment, or `''` where there is only one pool. */
  realm: string
  /** Canonical form, unique in its realm. */
  email: string | null
  emailVerifiedAt: number | null
  /** PHC string; null for those who sign in another way. */
  passwordHash: string | null
  name: string
  role: string
  status: 'active' | 'disabled'
  plan: string | null
  /** Address of the picture. */
  picture: string | null
  /** Fields that no rule reads, as the variant names them. */
  profile: Record<string, unknown>
  /** How the account came to be: by password, as a guest, or the name of an OAuth provider. */
  provider: string
  /** Base32, for a second factor (RFC 6238). */
  totpSecret: string | null
  /** Guests end. */
  expiresAt: number | null
  createdAt: number
  updatedAt: number
}

/** An account at an OAuth provider: the pair of provider and subject is who somebody is, the e-mail is not (ASVS 6.8.1). */
export interface Identity {
  realm: string
  provider: string
  subject: string
  userId: string
  createdAt: number
}

export interface Session {
  id: string
  userId: string
  /** Of the opaque session token, or of the refresh token that is valid now. */
  tokenHash: string
  /** `jti` of the one access token that is valid now; null where the session token itself is presented. */
  accessTokenJti: string | null
  /** Of the refresh token before the present one, which only lost a race when it comes back at once. */
  previousTokenHash: string | null
  rotatedAt: number | null
  userAgent: string | null
  ip: string | null
  createdAt: number
  lastUsedAt: number
  idleExpiresAt: number
  /** Past this, no rotation prolongs the session. */
  absoluteExpiresAt: number
}

/** A refresh token that was rotated: whoever presents it has a copy (RFC 9700, section 4.14). Goes with its session. */
export interface RotatedRefreshToken {
  tokenHash: string
  sessionId: string
  rotatedAt: number
}

/** A mailed link, an OAuth state, a WebAuthn challenge: used once, for one purpose, before it expires. */
export interface OneTimeToken {
  tokenHash: string
  purpose: string
  realm: string
  userId: string | null
  /** The address it was sent to; void when the account has another by then. */
  email: string | null
  data: Record<string, unknown>
  createdAt: number
  expiresAt: number
}

export interface Passkey {
  /** base64url, unique over all users (WebAuthn L3, section 7.1). */
  credentialId: string
  userId: string
  /** COSE key, base64url. */
  publicKey: string
  counter: number
  name: string
  createdAt: number
}

export interface ApiKey {
  id: string
  keyHash: string
  /** Enough to recognise the key, too little to use it. */
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

export interface Organization {
  id: string
  name: string
  slug: string
  createdAt: number
}

export interface Membership {
  organizationId: string
  userId: string
  role: string
  createdAt: number
}

export interface Project {
  id: string
  organizationId: string
  name: string
  slug: string
  description: string | null
  createdAt: number
}

/** A mail on its way. What it says is sealed, because it contains secrets that are hashed everywhere else. */
export interface Mail {
  id: string
  /** Of the recipient: elsewhere the same address is somebody else's. */
  realm: string
  recipient: string
  /** AES-256-GCM, base64url. */
  sealed: string
  attempts: number
  createdAt: number
  nextAttemptAt: number
  /** Null while it waits. */
  sentAt: number | null
}

/** A live session together with whose it is and the organization that they joined first. */
export interface SessionWithUser extends Session {
  user: User
  organizationId: string | null
  organizationRole: string | null
}
