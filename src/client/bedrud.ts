import type { ErrorResponse, operations, paths } from '../../generated/bedrud/types.ts'
import type { AuthRules } from './auth.ts'
import {
  type AuthClient,
  type ConnectionOptions,
  createAuthClient,
  renewalFrom,
  type SessionOptions,
} from './client.ts'
import type { BodyOf } from './match.ts'

export interface BedrudOptions extends ConnectionOptions, SessionOptions {}

// The API has no error codes. These texts mean that the access token is no longer valid.
const expiredTexts = ['Invalid token', 'User not found']

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
  refresh: '/api/auth/refresh',
  signOut: ['/api/auth/logout'],
  // The vendor's server revokes only a refresh token that it receives.
  signOutBody: ({ refreshToken }) => ({ refreshToken }),
  readTokens: ({ accessToken, refreshToken }: BodyOf<operations['signIn'], 200>) => ({
    accessToken,
    refreshToken,
  }),
  isExpired: ({ error }: ErrorResponse) => expiredTexts.includes(error),
  // 401: the refresh token is invalid or expired. 403: the account is deactivated.
  isOver: ({ error }: ErrorResponse, status) => typeof error === 'string' && [401, 403].includes(status),
} satisfies AuthRules<keyof paths>

/** Creates a client for the Bedrud API that stores, sends and refreshes the tokens. */
export function createBedrudClient(options: BedrudOptions): AuthClient<paths> {
  return createAuthClient<paths>(options, rules, (bare) => async ({ refreshToken }) => {
    if (!refreshToken) return { over: true }
    return renewalFrom(rules, await bare.POST(rules.refresh, { body: { refreshToken } }))
  })
}
