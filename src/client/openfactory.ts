import type { ErrorResponse, operations, paths, SignInRequest } from '../../generated/openfactory/types.ts'
import type { AuthRules } from './auth.ts'
import { type BearerOptions, createBearerClient } from './bearer.ts'
import type { AuthClient } from './client.ts'
import type { BodyOf } from './match.ts'
import { requestTokens } from './token-request.ts'

/** An API key (`of-key-...`), or a session, which lasts 30 days unless `onExpired` renews it. */
export type OpenfactoryOptions = BearerOptions<SignInRequest>

export const rules = {
  bearer: [
    '/api/auth/signout',
    '/api/auth/session',
    '/api/auth/accept-invitation',
    '/api/organizations/{orgId}/api-keys',
    '/api/organizations/{orgId}/api-keys/{keyId}',
    '/api/organizations/{orgId}/members',
    '/api/organizations/{orgId}/projects',
    '/api/projects/{projectId}/planner/work-orders',
    '/api/projects/{projectId}/planner/work-orders/{workOrderId}',
  ],
  signIn: ['/api/auth/signup', '/api/auth/signin'],
  signOut: ['/api/auth/signout'],
  redirects: ['/api/auth/oauth/{provider}', '/api/auth/oauth/{provider}/callback'],
  readTokens: ({ session }: BodyOf<operations['signIn'], 200>) => ({ accessToken: session?.token }),
  isExpired: ({ error }: ErrorResponse) => error?.code === 'UNAUTHORIZED',
  isSessionEnded: ({ error }: ErrorResponse) => error?.code === 'INVALID_CREDENTIALS',
} satisfies AuthRules<keyof paths>

/**
 * Feedback needs an API key. A session token would get a 401, and the client would try to renew the session.
 */
export const apiKeyRules = {
  ...rules,
  bearer: [...rules.bearer, '/api/projects/{projectId}/validator/feedback'],
} satisfies AuthRules<keyof paths>

/**
 * Creates a client of the OpenFactory API that sends an API key, or stores and sends the token of a session.
 * @example
 * ```ts
 * const openfactory = createOpenfactoryClient({
 *   baseUrl: 'https://api.example.com',
 *   onExpired: () => askForPassword(), // resolves to { email, password }, or undefined to end the session
 * })
 * const { data, error } = await openfactory.GET('/api/auth/session')
 * ```
 */
export function createOpenfactoryClient(options: OpenfactoryOptions): AuthClient<paths> {
  return createBearerClient<paths, SignInRequest>(
    options,
    options.apiKey ? apiKeyRules : rules,
    async (plainClient, credentials) =>
      requestTokens(rules, (signal) => plainClient.POST('/api/auth/signin', { body: credentials, signal })),
  )
}
