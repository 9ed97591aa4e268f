import type { ApiKey, User } from '../../../core/tables.ts'
import type { SeededToken } from '../../sandbox-data.ts'
import { exampleUsers } from '../example-users.ts'
import { apiKeyFormat, type Plan } from '../rules.ts'

export interface Person extends Pick<User, 'id' | 'name'> {
  email: string
  password: string
  plan: Plan
  /** Milliseconds since 1970. */
  createdAt: number
  /** The link in the verification email. */
  link: Pick<SeededToken, 'token' | 'state' | 'note'> | null
  isVerified: boolean
  note: string
}

const mary: Person = {
  id: exampleUsers.mary,
  name: 'Mary',
  email: 'mary@example.org',
  password: 'sunrise-over-water-4',
  plan: 'free',
  createdAt: Date.parse('2025-09-28T09:00:00Z'),
  link: null,
  isVerified: true,
  note: 'Verified, with two API keys: one may read, the other has no permissions.',
}
const ada: Person = {
  id: exampleUsers.ada,
  name: 'Ada',
  email: 'ada@example.org',
  password: 'correct-horse-9',
  plan: 'free',
  createdAt: Date.parse('2025-09-29T09:00:00Z'),
  link: {
    token: 'example-link-token-of-ada-00000000000000000',
    state: 'active',
    note: 'example followedAgain of verifyEmail',
  },
  isVerified: true,
  note: 'Verified, with five active API keys, so a sixth is rejected. Her verification link still works.',
}
const grace: Person = {
  id: exampleUsers.grace,
  name: 'Grace',
  email: 'grace@example.org',
  password: 'nanoseconds-of-wire-3',
  plan: 'free',
  createdAt: Date.parse('2025-10-03T11:00:00Z'),
  link: {
    token: 'example-link-token-of-grace-000000000000000',
    state: 'active',
    note: 'example ok of verifyEmail',
  },
  isVerified: false,
  note: 'Pending. Her verification link still works and is in the inbox.',
}
const alan: Person = {
  id: exampleUsers.alan,
  name: 'Alan',
  email: 'alan@example.org',
  password: 'halting-problem-7',
  plan: 'free',
  createdAt: Date.parse('2025-10-01T11:00:00Z'),
  link: {
    token: 'example-link-token-of-alan-0000000000000000',
    state: 'expired',
    note: 'example expiredLink of verifyEmail',
  },
  isVerified: false,
  note: 'Pending. His verification link has expired, so his email can be registered again.',
}
const katherine: Person = {
  id: exampleUsers.katherine,
  name: 'Katherine',
  email: 'katherine@example.org',
  password: 'orbital-mechanics-62',
  plan: 'professional',
  createdAt: Date.parse('2025-09-30T09:00:00Z'),
  link: null,
  isVerified: true,
  note: 'Verified, on the professional plan, without API keys.',
}
export const people = [mary, ada, grace, alan, katherine]

/** @param start, end the parts that a preview shows */
const keyOf = (start: string, middle: string, end: string) => `${apiKeyFormat.prefix}${start}${middle}${end}`

export const apiKeys: (Pick<ApiKey, 'id' | 'name' | 'scopes' | 'createdAt'> &
  Partial<Pick<ApiKey, 'description' | 'lastUsedAt' | 'revokedAt'>> & {
    key: string
    owner: Person
    note: string
  })[] = [
  {
    id: 'key_7Qp1Zr',
    name: 'CI',
    description: 'nightly jobs',
    key: keyOf('9f31c0de', '0123456789abcdef0123456789abcdef0123', '41ab'),
    owner: mary,
    scopes: ['read'],
    createdAt: Date.parse('2025-10-01T10:00:00Z'),
    lastUsedAt: Date.parse('2025-10-03T02:00:04Z'),
    note: 'Has the permission read.',
  },
  {
    id: 'key_3Lw6Tn',
    name: 'Laptop',
    key: keyOf('c47b20e9', 'aaaa1111bbbb2222cccc3333dddd4444eeee', 'd805'),
    owner: mary,
    scopes: [],
    createdAt: Date.parse('2025-10-02T16:45:00Z'),
    note: 'Has no permissions, so listing the models fails with 403.',
  },
  {
    id: 'key_1Bd5Gf',
    name: 'Old CI',
    key: keyOf('e6f4a182', '000011112222333344445555666677778888', '37cb'),
    owner: mary,
    scopes: ['read'],
    createdAt: Date.parse('2025-09-28T10:00:00Z'),
    revokedAt: Date.parse('2025-10-01T10:05:00Z'),
    note: 'Deleted: not listed, and fails with 401.',
  },
  {
    id: 'key_6Jr2Pz',
    name: 'Notebook',
    key: keyOf('38d5b7f0', '123412341234123412341234123412341234', '6a92'),
    owner: ada,
    scopes: ['read'],
    createdAt: Date.parse('2025-09-29T10:00:00Z'),
    note: 'One of five keys. Other accounts get 404 for it.',
  },
  ...['Pipeline', 'Dashboard', 'Export', 'Spare'].map((name, index) => ({
    id: `key_ada${index + 2}Xx`,
    name,
    key: keyOf(`ada0000${index + 2}`, '567856785678567856785678567856785678', 'ada0'),
    owner: ada,
    scopes: ['read'],
    createdAt: Date.parse('2025-09-29T11:00:00Z') + index,
    note: 'One of five keys.',
  })),
]
