import type { ProviderAccount } from '../../variants/sandbox-data.ts'

export type SimulatedAccount = ProviderAccount

export type ProviderName = 'google' | 'github' | 'twitter'
export const providerNames: ProviderName[] = ['google', 'github', 'twitter']

/** One account per special case. The seed adds accounts whose email is already taken. */
export const defaultAccounts: SimulatedAccount[] = [
  {
    subject: '900000101',
    name: 'Robin Reed',
    email: 'robin.reed@example.com',
    emailVerified: true,
    note: 'an ordinary account',
  },
  {
    subject: '900000102',
    name: 'Uma Brandt',
    email: 'uma.brandt@example.com',
    emailVerified: false,
    note: 'the email is not verified',
  },
  {
    subject: '900000103',
    name: 'Noah Quill',
    email: null,
    emailVerified: false,
    note: 'no email',
  },
]

/** Creates an account for any email, verified. The same email always gives the same subject. */
export async function accountFor(email: string): Promise<SimulatedAccount> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(email)))
  const number = new DataView(hash.buffer).getUint32(0)
  const name = email.split('@')[0] || email
  return { subject: `2${String(number).padStart(10, '0')}`, name, email, emailVerified: true }
}

/** Reusable codes, by provider and code. Null simulates an account whose profile cannot be read. */
export type PermanentCodes = Readonly<Record<string, Readonly<Record<string, SimulatedAccount | null>>>>
