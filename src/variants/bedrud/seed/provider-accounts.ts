import type { ProviderAccount } from '../../sandbox-data.ts'

/** The Google accounts of the people in the examples. */
export const atGoogle = {
  lin: {
    subject: '1990040100',
    name: 'Lin Chen',
    email: 'lin.chen@example.net',
    emailVerified: true,
    note: 'signs in to an existing account',
    picture: 'https://lh3.googleusercontent.com/a/example-lin-chen',
  },
  mary: {
    subject: '1990040200',
    name: 'Mary Major',
    email: 'mary.major@example.com',
    emailVerified: true,
    note: 'the email of an account with a password: the sign-in is rejected',
  },
} satisfies Record<string, ProviderAccount>
