import type { ErrorCode, ErrorResponse, operations, paths } from '../../generated/bkend/types.ts'
import type { AuthRules, Fetch } from './auth.ts'
import {
  type AuthClient,
  type ConnectionOptions,
  createAuthClient,
  renewalFrom,
  type SessionOptions,
} from './client.ts'
import type { BodyOf } from './match.ts'
import { pathBelow } from './paths.ts'
import { globalFetch } from './request.ts'

export interface BkendOptions extends ConnectionOptions, SessionOptions {
  /** The project's API key: `pk_...` in code that users can read, `sk_...` on servers only. */
  apiKey: string
}

// The 401 codes of an access token that has expired or whose session has ended. API key errors have the same
// codes. The refresh then fails because of the key, which does not end the session here.
const expired: ErrorCode[] = ['auth/token-expired', 'auth/invalid-token']
const over: ErrorCode[] = [
  'auth/invalid-refresh-token',
  'auth/session-expired',
  'auth/user-not-found',
  'auth/account-banned',
]

export const rules = {
  bearer: [
    '/v1/auth/me',
    '/v1/auth/signout',
    '/v1/auth/password/change',
    '/v1/users/{userId}',
    '/v1/users/{userId}/avatar',
    '/v1/users/{userId}/avatar/upload-url',
  ],
  signIn: ['/v1/auth/email/signup', '/v1/auth/email/signin', '/v1/auth/{provider}/callback'],
  refresh: '/v1/auth/refresh',
  // A password change ends all sessions, including the caller's.
  signOut: ['/v1/auth/signout', '/v1/auth/password/change'],
  readTokens: ({ accessToken, refreshToken }: BodyOf<operations['signIn'], 200>) => ({
    accessToken,
    refreshToken,
  }),
  isExpired: ({ error }: ErrorResponse) => expired.includes(error?.code),
  isOver: ({ error }: ErrorResponse) => over.includes(error?.code),
} satisfies AuthRules<keyof paths>

/**
 * Creates a client for the bkend API. It sends the API key with every request, and stores, sends and refreshes the
 * tokens.
 */
export function createBkendClient({ apiKey, fetch, ...options }: BkendOptions): AuthClient<paths> {
  const pathOf = pathBelow(options.baseUrl)
  const withApiKey: Fetch = (request, init) => {
    if (pathOf(request.url) !== undefined) request.headers.set('X-API-Key', apiKey)
    return (fetch ?? globalFetch)(request, init)
  }
  return createAuthClient<paths>(
    { ...options, fetch: withApiKey },
    rules,
    (bare) =>
      async ({ refreshToken }) => {
        if (!refreshToken) return { over: true }
        return renewalFrom(rules, await bare.POST(rules.refresh, { body: { refreshToken } }))
      },
  )
}
