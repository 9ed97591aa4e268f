import type { ApiKey, User } from '../../../core/tables.ts'
import type { SeededToken } from '../../sandbox-data.ts'
import { exampleUsers } from '../example-users.ts'
import { apiKeyForm, type Plan } from '../rules.ts'

const at = (text: string) => Date.parse(text)

export interface Person extends Pick<User, 'id' | 'name'> {
  email: string
  password: string
  plan: Plan
  since: number
  /** The link in the mail, and whether it can still be followed. */
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
  since: at('2025-09-28T09:00:00Z'),
  link: null,
  isVerified: true,
  note: 'Verified, with two keys: one that may read, and one that may do nothing.',
}
const ada: Person = {
  id: exampleUsers.ada,
  name: 'Ada',
  email: 'ada@example.org',
  password: 'correct-horse-9',
  plan: 'free',
  since: at('2025-09-29T09:00:00Z'),
  link: {
    token: 'example-link-token-of-ada-00000000000000000',
    state: 'active',
    note: 'example followedAgain of verifyEmail',
  },
  isVerified: true,
  note: 'Verified, with five active keys: may not create a sixth. Her link can be followed again.',
}
const grace: Person = {
  id: exampleUsers.grace,
  name: 'Grace',
  email: 'grace@example.org',
  password: 'nanoseconds-of-wire-3',
  plan: 'free',
  since: at('2025-10-03T11:00:00Z'),
  link: {
    token: 'example-link-token-of-grace-000000000000000',
    state: 'active',
    note: 'example ok of verifyEmail',
  },
  isVerified: false,
  note: 'Pending. Her link still works; it is in the inbox.',
}
const alan: Person = {
  id: exampleUsers.alan,
  name: 'Alan',
  email: 'alan@example.org',
  password: 'halting-problem-7',
  plan: 'free',
  since: at('2025-10-01T11:00:00Z'),
  link: {
    token: 'example-link-token-of-alan-0000000000000000',
    state: 'expired',
    note: 'example expiredLink of verifyEmail',
  },
  isVerified: false,
  note: 'Pending, and his link has expired: as good as absent, so his address can be registered anew.',
}
const katherine: Person = {
  id: exampleUsers.katherine,
  name: 'Katherine',
  email: 'katherine@example.org',
  password: 'orbital-mechanics-62',
  plan: 'professional',
  since: at('2025-09-30T09:00:00Z'),
  link: null,
  isVerified: true,
  note: 'Verified, on the professional plan, without keys.',
}
export const people = [mary, ada, grace, alan, katherine]

const keyOf = (first: string, middle: string, last: string) => `${apiKeyForm.prefix}${first}${middle}${last}`

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
    createdAt: at('2025-10-01T10:00:00Z'),
    lastUsedAt: at('2025-10-03T02:00:04Z'),
    note: 'May read.',
  },
  {
    id: 'key_3Lw6Tn',
    name: 'Laptop',
    key: keyOf('c47b20e9', 'aaaa1111bbbb2222cccc3333dddd4444eeee', 'd805'),
    owner: mary,
    scopes: [],
    createdAt: at('2025-10-02T16:45:00Z'),
    note: 'May do nothing, so the models refuse it.',
  },
  {
    id: 'key_1Bd5Gf',
    name: 'Old CI',
    key: keyOf('e6f4a182', '000011112222333344445555666677778888', '37cb'),
    owner: mary,
    scopes: ['read'],
    createdAt: at('2025-09-28T10:00:00Z'),
    revokedAt: at('2025-10-01T10:05:00Z'),
    note: 'Deleted, so it is not listed any more.',
  },
  {
    id: 'key_6Jr2Pz',
    name: 'Notebook',
    key: keyOf('38d5b7f0', '123412341234123412341234123412341234', '6a92'),
    owner: ada,
    scopes: ['read'],
    createdAt: at('2025-09-29T10:00:00Z'),
    note: 'One of five, out of reach for everybody else.',
  },
  ...['Pipeline', 'Dashboard', 'Export', 'Spare'].map((name, index) => ({
    id: `key_ada${index + 2}Xx`,
    name,
    key: keyOf(`ada0000${index + 2}`, '567856785678567856785678567856785678', 'ada0'),
    owner: ada,
    scopes: ['read'],
    createdAt: at('2025-09-29T11:00:00Z') + index,
    note: 'One of five.',
  })),
]
