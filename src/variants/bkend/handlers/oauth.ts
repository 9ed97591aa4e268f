import type { routes } from '../../../../generated/bkend/routes.ts'
import { AuthError } from '../../../core/errors.ts'
import { addressKey, consume } from '../../../core/limits.ts'
import {
  exchangeOAuth,
  finishOAuth,
  isOAuthState,
  type OAuthAttempt,
  type OAuthSignIn,
  resumeOAuth,
  startOAuth,
} from '../../../core/oauth.ts'
import type { OAuthPolicy } from '../../../core/oauth-accounts.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { oauthErrorOf, refusal } from '../errors.ts'
import { withQuery } from '../rules.ts'
import { toTokens } from '../serializers.ts'

export type OAuthHandlers = Pick<
  Handlers<typeof routes, Caller>,
  'startOAuth' | 'finishOAuth' | 'exchangeOAuthCode'
>

/** What the vendor's documents ask for. */
const scopes: Record<string, string> = { google: 'openid email profile', github: 'user:email' }

const policy: OAuthPolicy = { linking: 'never', acceptsUnverified: true, followsProfile: false }

/** Signing in through Google or GitHub: by redirects of a browser, or with a code or token that the app brings along. */
export function oauthHandlers({ core, site, providers }: Services): OAuthHandlers {
  return {
    async startOAuth({ params: { provider }, query: { redirect }, caller, client }) {
      const { realm } = caller.apiKey
      await consume(core, 'startOAuth', `${realm} ${addressKey(client)}`)
      const scope = scopes[provider]
      const { authorizationUrl } = await startOAuth(core, providers, {
        provider,
        realm,
        redirectUri: `${site.publicUrl}/v1/auth/${provider}/callback`,
        // The app asks from wherever it is, so no cookie of ours is sure to come back.
        binding: null,
        landing: { wish: redirect, rules: site },
        ...(scope !== undefined && { scope }),
        client,
      })
      return { status: 200, headers: noStore, body: { authorizationUrl } }
    },

    async finishOAuth({ params: { provider }, query, caller, client, request }) {
      if (query.code === undefined && query.error === undefined)
        return refusal(400, 'common/invalid-parameters', 'code or error is required')
      const attempt = await resumeOAuth(core, providers, {
        provider,
        state: query.state,
        binding: null,
        issuer: new URL(request.url).searchParams.get('iss') ?? undefined,
        ...('apiKey' in caller && { realm: caller.apiKey.realm }),
        client,
      })
      const landing = await finishOAuth(core, providers, attempt, query, policy, client).then(
        (signIn) => withTokens(attempt, signIn),
        (error) => withError(attempt, error),
      )
      return {
        status: 302,
        headers: { ...noStore, 'Referrer-Policy': 'no-referrer', Location: landing },
      }
    },

    async exchangeOAuthCode({ params: { provider }, body, caller, client }) {
      const { realm } = caller.apiKey
      const signedIn =
        'code' in body && body.state !== undefined && (await isOAuthState(core, body.state))
          ? await finishOAuth(
              core,
              providers,
              {
                ...(await resumeOAuth(core, providers, {
                  provider,
                  state: body.state,
                  binding: null,
                  realm,
                  client,
                })),
                redirectUri: body.redirectUri,
              },
              { code: body.code },
              policy,
              client,
            )
          : await exchangeOAuth(
              core,
              providers,
              {
                provider,
                realm,
                proof:
                  'code' in body
                    ? { code: body.code, redirectUri: body.redirectUri }
                    : { idToken: body.idToken },
                client,
              },
              policy,
            )
      return {
        status: 200,
        headers: noStore,
        body: { ...toTokens(signedIn.grant), is_new_user: signedIn.isNew },
      }
    },
  }
}

/** In the query, where the vendor's landing page looks for them. */
const withTokens = ({ landing }: OAuthAttempt, { grant, isNew }: OAuthSignIn): string => {
  const { accessToken, refreshToken, expiresIn } = toTokens(grant)
  const members = { accessToken, refreshToken, expiresIn: String(expiresIn), isNewUser: String(isNew) }
  return withQuery(landing ?? '', members)
}

/** @throws what is no answer of a provider */
function withError({ landing }: OAuthAttempt, error: unknown): string {
  const told = error instanceof AuthError ? oauthErrorOf(error) : undefined
  if (told === undefined) throw error
  const [code, message] = told
  return withQuery(landing ?? '', { error: code, errorMessage: message })
}
