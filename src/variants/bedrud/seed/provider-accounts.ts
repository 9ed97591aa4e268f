import type { ProviderAccount } from '../../sandbox-data.ts'

/** Who the people of the examples are at their providers. */
export const atGoogle = {
  lin: {
    subject: '1990040100',
    name: 'Lin Chen',
    email: 'lin.chen@example.net',
    emailVerified: true,
    note: 'has an account that came by Google',
    picture: 'https://lh3.googleusercontent.com/a/example-lin-chen',
  },
  mary: {
    subject: '1990040200',
    name: 'Mary Major',
    email: 'mary.major@example.com',
    emailVerified: true,
    note: 'the address of an account with a password: stays apart from it',
  },
} satisfies Record<string, ProviderAccount>
