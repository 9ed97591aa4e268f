import type { ProviderAccount, ProviderName } from '../../variants/sandbox-data.ts'

export type { ProviderName } from '../../variants/sandbox-data.ts'

export type SimulatedAccount = ProviderAccount

export const providerNames: ProviderName[] = ['google', 'github', 'twitter']

/**
 * Returns one account per special case. The seed adds accounts whose email is already taken.
 * @param acceptsUnverifiedEmail whether the API accepts an email that the provider has not verified
 */
export const defaultAccounts = (acceptsUnverifiedEmail: boolean): SimulatedAccount[] => [
  {
    subject: '900000101',
    name: 'Robin Reed',
    email: 'robin.reed@example.com',
    emailVerified: true,
    note: 'gets a new account',
  },
  {
    subject: '900000102',
    name: 'Uma Brandt',
    email: 'uma.brandt@example.com',
    emailVerified: false,
    ...(acceptsUnverifiedEmail ? { note: 'unverified email' } : { rejected: { reason: 'unverified email' } }),
  },
  {
    subject: '900000103',
    name: 'Noah Quill',
    email: null,
    emailVerified: false,
    rejected: { reason: 'no email' },
  },
]

/** Returns why the API rejects an account of a provider. Undefined if it accepts the account. */
export function rejectionAt(provider: ProviderName, { rejected }: SimulatedAccount): string | undefined {
  return rejected?.acceptedAt === provider ? undefined : rejected?.reason
}

/** Explains at which providers an account works, for clients that see the account without a provider. */
export function noteOf({ note, rejected }: SimulatedAccount): string | undefined {
  if (!rejected) return note
  const { reason, acceptedAt } = rejected
  return acceptedAt
    ? `at ${acceptedAt}: ${note ?? 'signs in'}, elsewhere rejected: ${reason}`
    : `rejected: ${reason}`
}

/** Creates an account for any email, verified. The same email always gives the same subject. */
export async function accountFor(email: string): Promise<SimulatedAccount> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(email)))
  const number = new DataView(hash.buffer).getUint32(0)
  const name = email.split('@')[0] || email
  return { subject: `2${String(number).padStart(10, '0')}`, name, email, emailVerified: true }
}

/** Reusable codes, by provider and code. Null simulates an account whose profile cannot be read. */
export type PermanentCodes = Readonly<Record<string, Readonly<Record<string, SimulatedAccount | null>>>>
