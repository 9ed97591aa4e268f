import { createOpenfactoryClient, type TokenStore } from 'auth-contracts/client'
import { cookies } from 'next/headers'

const apiUrl = process.env.API_URL ?? 'http://localhost:4020'

/** Keeps the token in a cookie of this server, which scripts in the browser cannot read. */
const cookieTokens: TokenStore = {
  async get() {
    const accessToken = (await cookies()).get('session')?.value
    return accessToken === undefined ? undefined : { accessToken }
  },
  async set({ accessToken }) {
    const options = { httpOnly: true, secure: true, sameSite: 'lax', maxAge: 30 * 24 * 60 * 60 } as const
    ;(await cookies()).set('session', accessToken, options)
  },
  async clear() {
    ;(await cookies()).delete('session')
  },
}

/** Creates the client of one request in a server action, which may set and delete the cookie. */
export const createClient = () => createOpenfactoryClient({ baseUrl: apiUrl, tokens: cookieTokens })

/** Creates the client of one request in a server component, which can only read the cookie. */
export const createReadingClient = () =>
  createOpenfactoryClient({ baseUrl: apiUrl, tokens: { ...cookieTokens, clear: async () => {} } })
