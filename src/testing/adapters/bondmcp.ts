import type { SignInRequest, SignUpRequest } from '../../../generated/bondmcp/types.ts'
import { type TestAdapter, toTokens } from './adapter.ts'

export const bondmcp: TestAdapter = {
  signUp: (person) => ({ path: '/mcp/auth/register', body: person satisfies SignUpRequest }),
  signIn: ({ email, password }) => ({
    path: '/mcp/auth/login',
    body: { email, password } satisfies SignInRequest,
  }),
  verify: (token) => ({ path: `/mcp/auth/verify?${new URLSearchParams({ token })}` }),
  tokensIn: ({ body }) => toTokens(body?.access_token),
}
