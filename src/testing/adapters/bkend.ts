import type { AuthorizationUrl, SignInRequest, SignUpRequest } from '../../../generated/bkend/types.ts'
import { type TestAdapter, toTokens } from './adapter.ts'

export const bkend: TestAdapter = {
  keyHeaders: (key) => ({ 'x-api-key': key }),
  signUp: (person) => ({ path: '/v1/auth/email/signup', body: person satisfies SignUpRequest }),
  signIn: ({ email, password }, mfaCode) => ({
    path: '/v1/auth/email/signin',
    body: { email, password, ...(mfaCode !== undefined && { mfaCode }) } satisfies SignInRequest,
  }),
  tokensIn({ body, location }) {
    const query = location?.searchParams
    return toTokens(
      body?.accessToken ?? query?.get('accessToken'),
      body?.refreshToken ?? query?.get('refreshToken'),
    )
  },
  oauth: {
    providers: ['google', 'github'],
    startPath: (provider, webUrl) =>
      `/v1/auth/${provider}/authorize?${new URLSearchParams({ redirect: webUrl })}`,
    authorizationUrlIn: (body: Partial<AuthorizationUrl>) => body.authorizationUrl,
  },
}
