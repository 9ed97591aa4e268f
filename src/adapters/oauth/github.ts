import { ClientSecretPost } from 'oauth4webapi'
import { z } from 'zod'
import { AuthError } from '../../core/errors.ts'
import type { OAuthProvider } from '../../core/oauth-provider.ts'
import { authorizationUrl, exchangeCode } from './authorization-code.ts'
import { readJson, withTimeout } from './http.ts'
import { completeSettings, type ProviderSettings } from './settings.ts'

export interface GitHubEndpoints {
  issuer: string
  authorization: string
  token: string
  user: string
  emails: string
}

const endpoints: GitHubEndpoints = {
  issuer: 'https://github.com/login/oauth',
  authorization: 'https://github.com/login/oauth/authorize',
  token: 'https://github.com/login/oauth/access_token',
  user: 'https://api.github.com/user',
  emails: 'https://api.github.com/user/emails',
}

const userSchema = z.object({
  id: z.int().positive(),
  login: z.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  avatar_url: z.string().nullish(),
})
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

export function github(settings: ProviderSettings<GitHubEndpoints>): OAuthProvider {
  const provider = completeSettings('github', settings, endpoints)
  const { clientSecret, fetch, timeoutMs } = provider
  const { issuer, user, emails } = provider.endpoints

  return {
    issuer,
    authorizationUrl: (request) =>
      authorizationUrl(provider, { ...request, scope: request.scope ?? 'read:user user:email' }),
    exchange: (grant) =>
      withTimeout(fetch, timeoutMs, async (fetch) => {
        const { accessToken } = await exchangeCode(provider, ClientSecretPost(clientSecret), grant, fetch)
        const [account, addresses] = await Promise.all(
          [user, emails].map((url) => readJson(fetch, url, accessToken, { 'user-agent': 'auth-contracts' })),
        )
        return toProfile(account, addresses)
      }),
  }
}

function toProfile(account: unknown, addresses: unknown) {
  const user = userSchema.safeParse(account)
  const list = emailsSchema.safeParse(addresses)
  if (!user.success || !list.success) throw new AuthError('oauthProfileUnreadable', { reason: 'malformed' })
  const { id, login, name, email, avatar_url } = user.data
  // The profile's address is what its owner shows; only the list knows whether it is verified.
  const shown = list.data.find((entry) =>
    email ? entry.email.toLowerCase() === email.toLowerCase() : entry.primary,
  )
  return {
    subject: String(id),
    email: email || shown?.email || null,
    emailVerified: shown?.verified ?? false,
    name: name || login,
    picture: avatar_url ?? null,
  }
}
