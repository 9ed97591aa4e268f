import type { Development, ProviderAccount } from '../variant.ts'
import { roles } from './wire.ts'

export const lin = {
  subject: '1142780566',
  name: 'Lin Chen',
  email: 'lin.chen@example.net',
  emailVerified: true,
  note: 'has an account by Google',
  picture: 'https://lh3.googleusercontent.com/a/example-lin-chen',
} satisfies ProviderAccount

const ada = {
  subject: '1815121000',
  name: 'Ada Byron',
  email: 'ada@example.org',
  emailVerified: true,
  note: 'the address of an account with a password: not linked',
} satisfies ProviderAccount

export const development: Development = {
  roles,
  rolesBelongTo: 'user',
  plans: [],
  verificationIsOptional: false,
  origins: [],
  accounts: [lin, ada],
  codes: { 'example-code-for-lin': lin },
}
