import type { Client } from 'openapi-fetch'
import type { AuthRules, Renewal } from './auth.ts'
import { type AuthClient, type ConnectionOptions, createAuthClient, type SessionOptions } from './client.ts'
import { staticToken, type Tokens } from './tokens.ts'

/**
 * Signs in again. Gives the credentials to do it with, or tokens got in another way, or nothing where it cannot be done:
 * the session is then over. It must make no call that needs the session, since that call would wait for it.
 */
export type OnExpired<Credentials> = () =>
  | Credentials
  | Tokens
  | undefined
  | Promise<Credentials | Tokens | undefined>

/** How a client of an API without refresh tokens is authorised: by an API key, or by a session. */
export type BearerOptions<Credentials> = ConnectionOptions &
  (
    | { apiKey: string; onExpired?: never; tokens?: never; lock?: never; onSignedOut?: never }
    | (SessionOptions & { apiKey?: never; onExpired?: OnExpired<Credentials> })
  )

/** Makes the client of an API without refresh tokens. */
export const createBearerClient = <Paths extends object, Credentials extends object>(
  { apiKey, onExpired, ...options }: BearerOptions<Credentials>,
  rules: AuthRules<keyof Paths & string>,
  signIn: (bare: Client<Paths>, credentials: Credentials) => Promise<Renewal>,
): AuthClient<Paths> =>
  createAuthClient<Paths>(
    apiKey ? { ...options, tokens: staticToken(apiKey) } : options,
    rules,
    (bare) => async () => {
      const answer = await onExpired?.()
      if (!answer) return { over: true }
      return 'accessToken' in answer ? { tokens: answer } : signIn(bare, answer)
    },
  )
