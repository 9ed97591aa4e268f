import { randomUUID } from 'node:crypto'
import type { Mail, Membership, Organization, Session, User } from '../../src/core/tables.ts'

/** Rows with something in every column, or null; what a test is about, it says itself. */
export const user = (given: Partial<User> = {}): User => ({
  id: randomUUID(),
  realm: '',
  email: `${randomUUID()}@example.test`,
  emailVerifiedAt: null,
  passwordHash: null,
  name: 'Mina',
  role: 'user',
  status: 'active',
  plan: null,
  picture: null,
  profile: {},
  provider: 'password',
  totpSecret: null,
  expiresAt: null,
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_000_000,
  ...given,
})

export const session = (given: Partial<Session> & { userId: string }): Session => ({
  id: randomUUID(),
  tokenHash: randomUUID(),
  accessTokenJti: null,
  previousTokenHash: null,
  rotatedAt: null,
  userAgent: null,
  ip: null,
  createdAt: 1_700_000_000_000,
  lastUsedAt: 1_700_000_000_000,
  idleExpiresAt: 1_800_000_000_000,
  absoluteExpiresAt: 1_900_000_000_000,
  ...given,
})

export const mail = (given: Partial<Mail> = {}): Mail => ({
  id: randomUUID(),
  realm: '',
  recipient: 'mina@example.test',
  sealed: 'c2VhbGVk',
  attempts: 0,
  createdAt: 1_700_000_000_000,
  nextAttemptAt: 1_700_000_000_000,
  sentAt: null,
  ...given,
})

export const organization = (given: Partial<Organization> = {}): Organization => ({
  id: randomUUID(),
  name: 'Analytical Engines',
  slug: randomUUID(),
  createdAt: 1_700_000_000_000,
  ...given,
})

export const membership = (
  given: Partial<Membership> & { organizationId: string; userId: string },
): Membership => ({ role: 'member', createdAt: 1_700_000_000_000, ...given })
