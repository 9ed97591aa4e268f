import type { Client } from 'openapi-fetch'
import type { AuthRules } from './auth.ts'
import { type AuthClient, type ConnectionOptions, createClientOf, type SessionOptions } from './client.ts'
import type { RenewalResult } from './renewal.ts'
import { staticToken, type Tokens } from './tokens.ts'

/**
 * Called when the session has expired. Returns credentials for a new sign-in, tokens obtained in another way,
 * or undefined to end the session. Calls wait at most 10 seconds for it, but its result is used even if it
 * comes later. It must not call operations that need the session, because they wait for it.
 */
export type OnExpired<Credentials> = () =>
  | Credentials
  | Tokens
  | undefined
  | Promise<Credentials | Tokens | undefined>

/** The options of an API without refresh tokens: an API key, or a session. */
export type BearerOptions<Credentials> = ConnectionOptions &
  (
    | { apiKey: string; onExpired?: never; tokens?: never; lock?: never; onSignedOut?: never }
    | (SessionOptions & { apiKey?: never; onExpired?: OnExpired<Credentials> })
  )

/** Creates the client of an API without refresh tokens. */
export function createBearerClient<Paths extends object, Credentials extends object>(
  { apiKey, onExpired, ...options }: BearerOptions<Credentials>,
  rules: AuthRules<keyof Paths & string>,
  signIn: (plainClient: Client<Paths>, credentials: Credentials) => Promise<RenewalResult>,
): AuthClient<Paths> {
  const connection = apiKey ? { ...options, tokens: staticToken(apiKey) } : options
  return createClientOf<Paths>(connection, rules, (plainClient) => async () => {
    const renewed = await onExpired?.()
    if (!renewed) return { sessionEnded: true }
    return 'accessToken' in renewed ? { tokens: renewed } : signIn(plainClient, renewed)
  })
}
