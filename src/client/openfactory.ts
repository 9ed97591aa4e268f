import type { ErrorResponse, operations, paths, SignInRequest } from '../../generated/openfactory/types.ts'
import type { AuthRules } from './auth.ts'
import { type BearerOptions, createBearerClient } from './bearer.ts'
import { type AuthClient, renewalFrom } from './client.ts'
import type { BodyOf } from './match.ts'

/** An API key (`of-key-...`) for programs, or a session of 30 days, after which `onExpired` signs in again. */
export type OpenfactoryOptions = BearerOptions<SignInRequest>

export const rules = {
  bearer: [
    '/api/auth/signout',
    '/api/auth/session',
    '/api/organizations/{orgId}/api-keys',
    '/api/organizations/{orgId}/api-keys/{keyId}',
    '/api/organizations/{orgId}/members',
    '/api/organizations/{orgId}/projects',
    '/api/projects/{projectId}/planner/work-orders',
    '/api/projects/{projectId}/planner/work-orders/{workOrderId}',
  ],
  signIn: ['/api/auth/signup', '/api/auth/signin'],
  signOut: ['/api/auth/signout'],
  readTokens: ({ session }: BodyOf<operations['signIn'], 200>) => ({ accessToken: session?.token }),
  isExpired: ({ error }: ErrorResponse) => error?.code === 'UNAUTHORIZED',
  isOver: ({ error }: ErrorResponse) => error?.code === 'INVALID_CREDENTIALS',
} satisfies AuthRules<keyof paths>

/** Feedback requires an API key: a session would get a 401, which would look like an expired one. */
export const keyRules = {
  ...rules,
  bearer: [...rules.bearer, '/api/projects/{projectId}/validator/feedback'],
} satisfies AuthRules<keyof paths>

/** Makes a client of the OpenFactory API. It stores and sends the token, and signs in again with `onExpired`. */
export function createOpenfactoryClient(options: OpenfactoryOptions): AuthClient<paths> {
  return createBearerClient<paths, SignInRequest>(
    options,
    options.apiKey ? keyRules : rules,
    async (bare, credentials) =>
      renewalFrom(rules, await bare.POST('/api/auth/signin', { body: credentials })),
  )
}
