import type { ErrorResponse, operations, paths, SignInRequest } from '../../generated/bondmcp/types.ts'
import type { AuthRules } from './auth.ts'
import { type BearerOptions, createBearerClient } from './bearer.ts'
import { type AuthClient, renewalFrom } from './client.ts'
import type { BodyOf } from './match.ts'

/** An API key (`bcp_...`), or a session, which expires after an hour unless `onExpired` signs in again. */
export type BondmcpOptions = BearerOptions<SignInRequest>

export const rules = {
  bearer: ['/mcp/health-ai/models', '/mcp/auth/api-keys', '/mcp/auth/api-keys/{key_id}'],
  signIn: ['/mcp/auth/login'],
  signOut: [],
  readTokens: ({ access_token }: BodyOf<operations['signIn'], 200>) => ({ accessToken: access_token }),
  isExpired: ({ error }: ErrorResponse) => error?.code === 'authentication_error',
  isOver: ({ error }: ErrorResponse) => error?.code === 'invalid_credentials',
} satisfies AuthRules<keyof paths>

/** Creates a client of BondMCP that stores the access token and calls `onExpired` to sign in again. */
export function createBondmcpClient(options: BondmcpOptions): AuthClient<paths> {
  return createBearerClient<paths, SignInRequest>(options, rules, async (bare, credentials) =>
    renewalFrom(rules, await bare.POST('/mcp/auth/login', { body: credentials })),
  )
}
