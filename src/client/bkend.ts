import type {
  ErrorCode,
  ErrorResponse,
  operations,
  paths,
  RefreshTokensRequest,
} from '../../generated/bkend/types.ts'
import type { AuthRules } from './auth.ts'
import { type AuthClient, type ConnectionOptions, createClientOf, type SessionOptions } from './client.ts'
import { withCredentials } from './credentials.ts'
import type { BodyOf } from './match.ts'
import { createRefresh, type RefreshRequest } from './refresh.ts'

export interface BkendOptions extends ConnectionOptions, SessionOptions {
  /** The API key of the project. Use `pk_...` in a browser, and `sk_...` only on a server. */
  apiKey: string
}

const expiredTokenCodes: ErrorCode[] = ['auth/token-expired', 'auth/invalid-token']
const endedSessionCodes: ErrorCode[] = [
  'auth/invalid-refresh-token',
  'auth/session-expired',
  'auth/user-not-found',
  'auth/account-banned',
]
const accountGoneCodes: ErrorCode[] = ['auth/user-not-found', 'auth/account-banned']

const refresh = {
  path: '/v1/auth/refresh',
  json: ({ refreshToken }): RefreshTokensRequest => ({ refreshToken }),
} satisfies RefreshRequest<keyof paths>

export const rules = {
  bearer: [
    // Optional there: keeps the session, which verification without a token ends.
    '/v1/auth/email/verify/confirm',
    '/v1/auth/me',
    '/v1/auth/signout',
    '/v1/auth/password/change',
    '/v1/users/{userId}',
    '/v1/users/{userId}/avatar',
    '/v1/users/{userId}/avatar/upload-url',
    '/v1/users/{userId}/profile',
  ],
  signIn: ['/v1/auth/email/signup', '/v1/auth/email/signin', '/v1/auth/{provider}/callback'],
  refresh: refresh.path,
  // A password change revokes all sessions, including the current one.
  signOut: ['/v1/auth/signout', '/v1/auth/password/change'],
  redirects: ['/v1/auth/{provider}/callback'],
  readTokens: ({ accessToken, refreshToken }: BodyOf<operations['signIn'], 200>) => ({
    accessToken,
    refreshToken,
  }),
  // The codes can also be about the API key, without a challenge. A server may send no challenges, or hide them
  // from pages of other origins, so a missing one does not prevent the refresh: it fails for the same reason.
  isExpired: ({ error }: ErrorResponse, challenge) =>
    expiredTokenCodes.includes(error?.code) && (challenge ?? 'invalid_token').includes('invalid_token'),
  isSessionEnded: ({ error }: ErrorResponse) => endedSessionCodes.includes(error?.code),
  isAccountGone: ({ error }: ErrorResponse) => accountGoneCodes.includes(error?.code),
} satisfies AuthRules<keyof paths>

/**
 * Creates a client of the bkend API that sends the API key with each call, and stores, sends and refreshes
 * the tokens.
 * @example
 * ```ts
 * const bkend = createBkendClient({ baseUrl: 'https://api.example.com', apiKey: 'pk_...' })
 * await bkend.POST('/v1/auth/email/signin', {
 *   body: { method: 'password', email: 'user@example.com', password: 'password123' },
 * })
 * const { data, error } = await bkend.GET('/v1/auth/me')
 * ```
 */
export function createBkendClient({ apiKey, ...options }: BkendOptions): AuthClient<paths> {
  const fetch = withCredentials({ ...options, apiKey: { header: 'X-API-Key', value: apiKey } })
  return createClientOf<paths>({ ...options, fetch }, rules, (plainClient) =>
    createRefresh(plainClient, refresh, rules),
  )
}
