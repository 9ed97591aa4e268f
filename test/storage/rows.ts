import { randomUUID } from 'node:crypto'
import type { Mail, Membership, Organization, Session, User } from '../../src/core/tables.ts'

/** Create rows with valid defaults. A test passes only the columns that matter to it. */
export const user = (overrides: Partial<User> = {}): User => ({
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
  ...overrides,
})

export const session = (overrides: Partial<Session> & { userId: string }): Session => ({
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
  ...overrides,
})

export const mail = (overrides: Partial<Mail> = {}): Mail => ({
  id: randomUUID(),
  realm: '',
  recipient: 'mina@example.test',
  sealed: 'c2VhbGVk',
  attempts: 0,
  createdAt: 1_700_000_000_000,
  nextAttemptAt: 1_700_000_000_000,
  sentAt: null,
  ...overrides,
})

export const organization = (overrides: Partial<Organization> = {}): Organization => ({
  id: randomUUID(),
  name: 'Analytical Engines',
  slug: randomUUID(),
  createdAt: 1_700_000_000_000,
  ...overrides,
})

export const membership = (
  overrides: Partial<Membership> & { organizationId: string; userId: string },
): Membership => ({ role: 'member', createdAt: 1_700_000_000_000, ...overrides })
