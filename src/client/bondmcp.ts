import type { ErrorResponse, operations, paths, SignInRequest } from '../../generated/bondmcp/types.ts'
import type { AuthRules } from './auth.ts'
import { type BearerOptions, createBearerClient } from './bearer.ts'
import type { AuthClient } from './client.ts'
import type { BodyOf } from './match.ts'
import { requestTokens } from './token-request.ts'

/** An API key (`bcp_...`), or a session, which lasts an hour unless `onExpired` renews it. */
export type BondmcpOptions = BearerOptions<SignInRequest>

export const rules = {
  bearer: ['/mcp/health-ai/models', '/mcp/auth/api-keys', '/mcp/auth/api-keys/{key_id}'],
  signIn: ['/mcp/auth/login'],
  signOut: [],
  redirects: [],
  readTokens: ({ access_token }: BodyOf<operations['signIn'], 200>) => ({ accessToken: access_token }),
  isExpired: ({ error }: ErrorResponse) => error?.code === 'authentication_error',
  isSessionEnded: ({ error }: ErrorResponse) => error?.code === 'invalid_credentials',
} satisfies AuthRules<keyof paths>

/**
 * Creates a client of the BondMCP API that sends an API key, or stores and sends the token of a session.
 * @example
 * ```ts
 * const bondmcp = createBondmcpClient({ baseUrl: 'https://api.example.com', apiKey: 'bcp_...' })
 * const { data, error } = await bondmcp.GET('/mcp/health-ai/models')
 * ```
 */
export function createBondmcpClient(options: BondmcpOptions): AuthClient<paths> {
  return createBearerClient<paths, SignInRequest>(options, rules, async (plainClient, credentials) =>
    requestTokens(rules, (signal) => plainClient.POST('/mcp/auth/login', { body: credentials, signal })),
  )
}
