import type { ErrorResponse, operations, paths, RefreshTokensRequest } from '../../generated/bedrud/types.ts'
import type { AuthRules } from './auth.ts'
import { type AuthClient, type ConnectionOptions, createClientOf, type SessionOptions } from './client.ts'
import type { BodyOf } from './match.ts'
import { createRefresh, type RefreshRequest } from './refresh.ts'

export interface BedrudOptions extends ConnectionOptions, SessionOptions {}

// The API has messages instead of error codes.
const accountGoneMessages = ['User not found', 'Account is deactivated']

const refresh = {
  path: '/api/auth/refresh',
  json: ({ refreshToken }): RefreshTokensRequest => ({ refreshToken }),
} satisfies RefreshRequest<keyof paths>

export const rules = {
  bearer: [
    '/api/auth/me',
    '/api/auth/logout',
    '/api/auth/passkey/register/begin',
    '/api/auth/passkey/register/finish',
  ],
  signIn: [
    '/api/auth/register',
    '/api/auth/login',
    '/api/auth/guest-login',
    '/api/auth/{provider}/callback',
    '/api/auth/passkey/login/finish',
    '/api/auth/passkey/signup/finish',
  ],
  refresh: refresh.path,
  signOut: ['/api/auth/logout'],
  redirects: ['/api/auth/{provider}/login', '/api/auth/{provider}/callback'],
  // The vendor's server revokes only a refresh token that it receives.
  signOutBody: ({ refreshToken }) => ({ refreshToken }),
  readTokens: ({ accessToken, refreshToken }: BodyOf<operations['signIn'], 200>) => ({
    accessToken,
    refreshToken,
  }),
  isExpired: ({ error }: ErrorResponse) => error === 'Invalid token',
  // 401: the refresh token is unknown or expired, 403: the account is deactivated.
  isSessionEnded: ({ error }: ErrorResponse, status) =>
    typeof error === 'string' && [401, 403].includes(status),
  isAccountGone: ({ error }: ErrorResponse) => accountGoneMessages.includes(error),
} satisfies AuthRules<keyof paths>

/**
 * Creates a client of the Bedrud API that stores, sends and refreshes the tokens.
 * @example
 * ```ts
 * const bedrud = createBedrudClient({ baseUrl: 'https://api.example.com', credentials: 'include' })
 * await bedrud.POST('/api/auth/login', { body: { email: 'user@example.com', password: 'securepassword' } })
 * const { data, error } = await bedrud.GET('/api/auth/me')
 * ```
 */
export function createBedrudClient(options: BedrudOptions): AuthClient<paths> {
  return createClientOf<paths>(options, rules, (plainClient) => createRefresh(plainClient, refresh, rules))
}
