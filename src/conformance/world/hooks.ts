/** A mail that the server sent. */
export interface Mail {
  kind?: 'verifyEmail' | 'resetPassword' | 'passwordChanged' | 'invitation'
  subject?: string
  text: string
  /** The one-time token, if the mail shows it or has it in a link. */
  token?: string
}

/** A user with two-factor authentication (TOTP, RFC 6238). */
export interface SecondFactorUser {
  email: string
  password: string
  /** In Base32. */
  secret: string
}

/** A change of a user that only an operator of the server can make. */
export interface UserChange {
  status?: 'active' | 'disabled' | 'deleted'
  role?: string
  emailVerified?: boolean
  plan?: string
}

/** How an OAuth provider behaves for one sign-in. */
export interface Consent {
  /** Where the API sends the browser. */
  authorizationUrl: string
  decision: 'approve' | 'deny'
  email: string
  emailVerified: boolean
}

/**
 * Access to parts of a server that HTTP clients do not have. Every hook is optional: tests that need a
 * missing one are reported as not exercised.
 * @example
 * ```ts
 * import type { Hooks } from 'auth-contracts/conformance'
 *
 * export default {
 *   async latestMail({ to }) {
 *     const { messages } = await (await fetch(`http://localhost:8025/api/v1/search?query=to:${to}`)).json()
 *     const mail = await (await fetch(`http://localhost:8025/api/v1/message/${messages[0].ID}`)).json()
 *     return { subject: mail.Subject, text: mail.Text }
 *   },
 * } satisfies Hooks
 * ```
 */
export interface Hooks {
  /** The email of the nth user that the run creates. By default `auth-contracts-<run>-<n>@example.com`. */
  email?: (about: { run: string; count: number }) => string
  /** Credentials that the kit cannot create, by the name of the security scheme. */
  credentials?: Record<string, string>
  /** The newest mail to a person since `since` (milliseconds since 1970); undefined if none has arrived yet. */
  latestMail?: (about: { to: string; since: number }) => Promise<Mail | undefined>
  /** Moves the clock of the server forward. Negative seconds undo it, after the test. */
  advanceClock?: (seconds: number) => Promise<void>
  /** Answers the consent page of an OAuth provider. Returns the URL of the callback. */
  decideConsent?: (consent: Consent) => Promise<string>
  /** Changes a user as an operator would. */
  changeUser?: (email: string, change: UserChange) => Promise<void>
  /** Changes settings of the server, such as limits, and returns a function that undoes the change. */
  changeSettings?: (settings: Record<string, unknown>) => Promise<() => Promise<void>>
  /** Makes the next call of an operation answer with this status. */
  injectFault?: (fault: { operationId: string; status: number; example?: string }) => Promise<void>
  /** The origin of the pages that use passkeys. `http://localhost:3000` by default. */
  origin?: string
  /** The OAuth providers that the server has credentials for. All by default. */
  providers?: string[]
  /** A user who signs in with the codes of an authenticator app, and its secret in Base32. */
  secondFactorUser?: SecondFactorUser
  /** Whether the server holds the data of the contract's examples. */
  hasExampleData?: boolean
  /** Called before the first test. */
  before?: () => Promise<void>
  /** Called after the last test, also after an error. */
  after?: () => Promise<void>
}

/** Names the hooks that a server has, for the report. */
export function namesOf(hooks: Hooks): string[] {
  return Object.entries(hooks).flatMap(([name, hook]) => (hook ? [name] : []))
}
