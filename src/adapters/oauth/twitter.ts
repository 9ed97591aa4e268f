import { ClientSecretBasic } from 'oauth4webapi'
import { z } from 'zod'
import { AuthError } from '../../core/errors.ts'
import type { OAuthProvider } from '../../core/oauth-provider.ts'
import { authorizationUrl, exchangeCode } from './authorization-code.ts'
import { readJson, withTimeout } from './http.ts'
import { completeSettings, type ProviderSettings } from './settings.ts'

export interface TwitterEndpoints {
  authorization: string
  token: string
  user: string
}

const endpoints: TwitterEndpoints = {
  authorization: 'https://x.com/i/oauth2/authorize',
  token: 'https://api.x.com/2/oauth2/token',
  user: 'https://api.x.com/2/users/me',
}

const meSchema = z.object({
  data: z.object({
    id: z.string().min(1),
    name: z.string(),
    username: z.string(),
    profile_image_url: z.string().nullish(),
    /** Present if the app has the permission to read emails and the user has confirmed one. */
    confirmed_email: z.string().nullish(),
  }),
})

/** Creates the adapter of Twitter, now X (OAuth 2.0). */
export function twitter(settings: ProviderSettings<TwitterEndpoints>): OAuthProvider {
  const provider = completeSettings('twitter', settings, endpoints)
  const { clientSecret, fetch, timeoutMs } = provider
  const userUrl = new URL(provider.endpoints.user)
  userUrl.searchParams.set('user.fields', 'confirmed_email,profile_image_url')

  return {
    issuer: null,
    authorizationUrl: (request) =>
      authorizationUrl(provider, { ...request, scope: request.scope ?? 'tweet.read users.read users.email' }),
    exchange: (grant) =>
      withTimeout(fetch, timeoutMs, async (fetch) => {
        const { accessToken } = await exchangeCode(provider, ClientSecretBasic(clientSecret), grant, fetch)
        const me = meSchema.safeParse(await readJson(fetch, userUrl.href, accessToken))
        if (!me.success) throw new AuthError('oauthProfileUnreadable', { reason: 'malformed' })
        const { id, name, username, confirmed_email, profile_image_url } = me.data.data
        return {
          subject: id,
          email: confirmed_email || null,
          emailVerified: Boolean(confirmed_email),
          name: name || username,
          picture: profile_image_url ?? null,
        }
      }),
  }
}
