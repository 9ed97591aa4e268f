import type { ProviderAccount } from '../../sandbox-data.ts'

/** The Google accounts of the people in the examples. */
export const atGoogle = {
  lin: {
    subject: '1990040100',
    name: 'Lin Chen',
    email: 'lin.chen@example.net',
    emailVerified: true,
    note: 'signs in to an existing account',
    rejected: { reason: 'the email of an account that signs in with Google', acceptedAt: 'google' },
    picture: 'https://lh3.googleusercontent.com/a/example-lin-chen',
  },
  mary: {
    subject: '1990040200',
    name: 'Mary Major',
    email: 'mary.major@example.com',
    emailVerified: true,
    rejected: { reason: 'the email of an account with a password' },
  },
} satisfies Record<string, ProviderAccount>
