import { type bkend, createBkendClient, memoryTokens } from 'auth-contracts/client'

/** Publishable key of the project. */
const apiKey = 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

/** The sign-in of an app. */
export function createAuth(baseUrl: string) {
  const tokens = memoryTokens()
  const client = createBkendClient({ baseUrl, apiKey, tokens })

  return {
    async signUp(person: bkend.SignUpRequest): Promise<void> {
      const { error } = await client.POST('/v1/auth/email/signup', { body: person })
      if (error) throw new Error(error.message)
      await client.POST('/v1/auth/email/verify/send', { body: { email: person.email } })
    },

    async confirmEmail(email: string, token: string): Promise<boolean> {
      const { response } = await client.POST('/v1/auth/email/verify/confirm', { body: { email, token } })
      return response.ok
    },

    /** Returns the page of the provider to which the browser has to go. */
    async startSocialSignIn(provider: bkend.OAuthProvider, returnTo: string): Promise<string> {
      const params = { path: { provider }, query: { redirect: returnTo } }
      const { data, error } = await client.GET('/v1/auth/{provider}/authorize', { params })
      if (error) throw new Error(error.message)
      return data.authorizationUrl
    },

    /** Reads the tokens from the URL to which the browser returns. */
    async finishSocialSignIn({ searchParams }: URL): Promise<void> {
      const [accessToken, refreshToken] = [searchParams.get('accessToken'), searchParams.get('refreshToken')]
      if (!accessToken || !refreshToken) throw new Error(searchParams.get('errorMessage') ?? 'Sign-in failed')
      await client.tokens.set({ accessToken, refreshToken })
    },

    async profile(): Promise<bkend.User | undefined> {
      const { data } = await client.GET('/v1/auth/me')
      return data
    },
  }
}
