import type { SimulatedAccount } from './accounts.ts'

/** How a provider answers an authorization request. */
export type Outcome = { account: SimulatedAccount } | { error: 'access_denied' | ProviderError }

/**
 * How a sign-in fails at the provider. The first two are error codes of callbacks (RFC 6749, section
 * 4.1.2.1). With the others, the callback has a code, and then the token or the profile endpoint fails.
 */
export const providerErrors = [
  'server_error',
  'temporarily_unavailable',
  'invalid_code',
  'profile_unavailable',
] as const

export type ProviderError = (typeof providerErrors)[number]

/** The choices of the consent page, by their value in its form. */
export const choices = {
  signIn: 'Signs in with this account',
  unverifiedEmail: 'Signs in, but has not verified the email',
  withoutEmail: 'Signs in, but reports no email',
  server_error: 'Redirects with the error server_error',
  temporarily_unavailable: 'Redirects with the error temporarily_unavailable',
  invalid_code: 'Redirects with a code that it then rejects',
  profile_unavailable: 'Accepts the code, but returns no profile',
} as const satisfies Record<string, string>

export type Choice = keyof typeof choices

export const isChoice = (value: unknown): value is Choice =>
  typeof value === 'string' && Object.hasOwn(choices, value)

export const isProviderError = (choice: Choice): choice is ProviderError & Choice =>
  providerErrors.some((error) => error === choice)

/** Changes what a provider reports about an account. */
export function withEmail(
  account: SimulatedAccount,
  { emailVerified = account.emailVerified, withoutEmail = false }: EmailReport,
): SimulatedAccount {
  return withoutEmail ? { ...account, email: null, emailVerified: false } : { ...account, emailVerified }
}

export interface EmailReport {
  emailVerified?: boolean | undefined
  withoutEmail?: boolean | undefined
}
