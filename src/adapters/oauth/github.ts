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
        const [account, emailList] = await Promise.all(
          [user, emails].map((url) => readJson(fetch, url, accessToken, { 'user-agent': 'auth-contracts' })),
        )
        return toProfile(account, emailList)
      }),
  }
}

function toProfile(account: unknown, emailList: unknown) {
  const user = userSchema.safeParse(account)
  const list = emailsSchema.safeParse(emailList)
  if (!user.success || !list.success) throw new AuthError('oauthProfileUnreadable', { reason: 'malformed' })
  const { id, login, name, email, avatar_url } = user.data
  // The profile contains the public email; only the list tells whether it is verified.
  const entry = list.data.find((candidate) =>
    email ? candidate.email.toLowerCase() === email.toLowerCase() : candidate.primary,
  )
  return {
    subject: String(id),
    email: email || entry?.email || null,
    emailVerified: entry?.verified ?? false,
    name: name || login,
    picture: avatar_url ?? null,
  }
}
