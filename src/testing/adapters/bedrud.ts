import type { SignInRequest, SignUpRequest } from '../../../generated/bedrud/types.ts'
import { type TestAdapter, toTokens } from './adapter.ts'

export const bedrud: TestAdapter = {
  signUp: (person) => ({ path: '/api/auth/register', body: person satisfies SignUpRequest }),
  signIn: ({ email, password }) => ({
    path: '/api/auth/login',
    body: { email, password } satisfies SignInRequest,
  }),
  // A callback that redirects to the frontend returns the tokens in cookies only.
  tokensIn: ({ body, cookies }) =>
    toTokens(body?.accessToken ?? cookies.access_token, body?.refreshToken ?? cookies.refresh_token),
  oauth: {
    providers: ['google', 'github', 'twitter'],
    startPath: (provider) => `/api/auth/${provider}/login`,
  },
}
