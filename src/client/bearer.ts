import type { Client } from 'openapi-fetch'
import type { AuthRules, Renewal } from './auth.ts'
import { type AuthClient, type ConnectionOptions, createAuthClient, type SessionOptions } from './client.ts'
import { staticToken, type Tokens } from './tokens.ts'

/**
 * Called to sign in again. Returns credentials, or tokens obtained in another way, or undefined to end the session.
 * It must not make a call that needs the session, because that call would wait for it.
 */
export type OnExpired<Credentials> = () =>
  | Credentials
  | Tokens
  | undefined
  | Promise<Credentials | Tokens | undefined>

/** Options of a client for an API without refresh tokens: an API key, or a session. */
export type BearerOptions<Credentials> = ConnectionOptions &
  (
    | { apiKey: string; onExpired?: never; tokens?: never; lock?: never; onSignedOut?: never }
    | (SessionOptions & { apiKey?: never; onExpired?: OnExpired<Credentials> })
  )

/** Makes the client of an API without refresh tokens. */
export function createBearerClient<Paths extends object, Credentials extends object>(
  { apiKey, onExpired, ...options }: BearerOptions<Credentials>,
  rules: AuthRules<keyof Paths & string>,
  signIn: (bare: Client<Paths>, credentials: Credentials) => Promise<Renewal>,
): AuthClient<Paths> {
  const connection = apiKey ? { ...options, tokens: staticToken(apiKey) } : options
  return createAuthClient<Paths>(connection, rules, (bare) => async () => {
    const answer = await onExpired?.()
    if (!answer) return { over: true }
    return 'accessToken' in answer ? { tokens: answer } : signIn(bare, answer)
  })
}
