import { createAuthClient } from 'auth-contracts/client'
import type { paths } from './generated/acme/types.ts'

/** Creates the client of the app: it stores the tokens, sends them, and refreshes them once for all calls. */
export function createClient(baseUrl: string, fetch: (request: Request) => Promise<Response>) {
  return createAuthClient<paths>({
    baseUrl,
    fetch,
    session: {
      signIn: ['/token'],
      readTokens: { accessToken: 'access_token', refreshToken: 'refresh_token' },
      refresh: {
        path: '/token',
        form: ({ refreshToken = '' }) => ({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      },
    },
  })
}

/** Signs in, and returns the name of the member. */
export async function signIn(client: ReturnType<typeof createClient>, username: string, password: string) {
  const body = { grant_type: 'password', username, password } as const
  const { error } = await client.POST('/token', {
    body,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  if (error) throw new Error(`Sign-in failed: ${error.error}`)
  const { data } = await client.GET('/me')
  return data?.name
}
