import type { SignInRequest, SignUpRequest } from '../../../generated/openfactory/types.ts'
import { type TestAdapter, toTokens } from './adapter.ts'

export const openfactory: TestAdapter = {
  signUp: (person) => ({
    path: '/api/auth/signup',
    body: { ...person, organizationName: `Organization of ${person.name}` } satisfies SignUpRequest,
  }),
  signIn: ({ email, password }) => ({
    path: '/api/auth/signin',
    body: { email, password } satisfies SignInRequest,
  }),
  tokensIn({ body, location }) {
    const { token } = (body?.session ?? {}) as { token?: unknown }
    return toTokens(token ?? new URLSearchParams(location?.hash.slice(1)).get('token'))
  },
  oauth: {
    providers: ['google', 'github'],
    startPath: (provider) => `/api/auth/oauth/${provider}?${new URLSearchParams({ redirectTo: '/' })}`,
  },
}
