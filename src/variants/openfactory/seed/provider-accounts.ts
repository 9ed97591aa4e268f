import type { ProviderAccount } from '../../sandbox-data.ts'

/** The origin of the frontend in the examples. */
export const frontend = 'https://factory.example.org'

export const atGitHub = {
  charles: {
    subject: '1791122600',
    name: 'Charles Babbage',
    email: 'charles@example.org',
    emailVerified: true,
    note: 'signs in to the account of a member of Analytical Engines',
    picture: 'https://avatars.example.org/charles.png',
  },
  ada: {
    subject: '1815121000',
    name: 'Ada Lovelace',
    email: 'ada@example.org',
    emailVerified: true,
    rejected: { reason: 'the unverified email of an account with a password' },
  },
  withoutEmail: {
    subject: '1799051300',
    name: 'Someone without an email',
    email: null,
    emailVerified: false,
  },
} satisfies Record<string, ProviderAccount>

export const atGoogle = {
  mary: {
    subject: '1780122600',
    name: 'Mary Somerville',
    email: 'mary@example.org',
    emailVerified: true,
    note: 'signs in to the account of the admin of another organization',
  },
} satisfies Record<string, ProviderAccount>
