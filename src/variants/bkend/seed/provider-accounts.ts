import type { ProviderAccount } from '../../sandbox-data.ts'

/** The origin of the app in the examples. */
export const app = 'https://app.example.com'

export const atGoogle = {
  leo: {
    subject: '100000000000000000001',
    name: 'Leo Martin',
    email: 'leo@example.com',
    emailVerified: true,
    note: 'signs in to an existing account',
    rejected: { reason: 'the email of an account that signs in with Google', acceptedAt: 'google' },
    picture: 'https://cdn.example.com/google/leo.png',
  },
  iris: {
    subject: '100000000000000000002',
    name: 'Iris Chen',
    email: 'iris@example.com',
    emailVerified: true,
    rejected: { reason: 'the email of a suspended account' },
  },
  mina: {
    subject: '100000000000000000003',
    name: 'Mina Park',
    email: 'user@example.com',
    emailVerified: true,
    rejected: { reason: 'the email of an account with a password' },
  },
} satisfies Record<string, ProviderAccount>

export const noor = {
  subject: '100000004',
  name: 'Noor Haddad',
  email: 'noor@example.com',
  emailVerified: true,
  note: 'gets a new account',
} satisfies ProviderAccount
