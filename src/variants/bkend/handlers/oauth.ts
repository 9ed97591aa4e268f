import type { routes } from '../../../../generated/bkend/routes.ts'
import { AuthError } from '../../../core/errors.ts'
import { consume, ipKey } from '../../../core/limits.ts'
import {
  consumeOAuthState,
  exchangeOAuth,
  finishOAuth,
  isOAuthState,
  type OAuthAttempt,
  type OAuthSignIn,
  startOAuth,
} from '../../../core/oauth.ts'
import type { OAuthPolicy } from '../../../core/oauth-accounts.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { errorReply, oauthErrorOf } from '../errors.ts'
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
    async startOAuth({ params: { provider }, query: { redirect }, caller, requestMeta }) {
      const { realm } = caller.apiKey
      await consume(core, 'startOAuth', `${realm} ${ipKey(requestMeta)}`)
      const scope = scopes[provider]
      const { authorizationUrl } = await startOAuth(core, providers, {
        provider,
        realm,
        redirectUri: `${site.publicUrl}/v1/auth/${provider}/callback`,
        // The app asks from wherever it is, so no cookie of ours is sure to come back.
        browserNonce: null,
        redirectTo: { requested: redirect, rules: site },
        ...(scope !== undefined && { scope }),
        requestMeta,
      })
      return { status: 200, headers: noStore, body: { authorizationUrl } }
    },

    async finishOAuth({ params: { provider }, query, caller, requestMeta, request }) {
      if (query.code === undefined && query.error === undefined)
        return errorReply(400, 'common/invalid-parameters', 'code or error is required')
      const attempt = await consumeOAuthState(core, providers, {
        provider,
        state: query.state,
        browserNonce: null,
        issuer: new URL(request.url).searchParams.get('iss') ?? undefined,
        ...('apiKey' in caller && { realm: caller.apiKey.realm }),
        requestMeta,
      })
      const redirectTo = await finishOAuth(core, providers, attempt, query, policy, requestMeta).then(
        (signIn) => withTokens(attempt, signIn),
        (error) => withError(attempt, error),
      )
      return {
        status: 302,
        headers: { ...noStore, 'Referrer-Policy': 'no-referrer', Location: redirectTo },
      }
    },

    async exchangeOAuthCode({ params: { provider }, body, caller, requestMeta }) {
      const { realm } = caller.apiKey
      const signedIn =
        'code' in body && body.state !== undefined && (await isOAuthState(core, body.state))
          ? await finishOAuth(
              core,
              providers,
              {
                ...(await consumeOAuthState(core, providers, {
                  provider,
                  state: body.state,
                  browserNonce: null,
                  realm,
                  requestMeta,
                })),
                redirectUri: body.redirectUri,
              },
              { code: body.code },
              policy,
              requestMeta,
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
                requestMeta,
              },
              policy,
            )
      return {
        status: 200,
        headers: noStore,
        body: { ...toTokens(signedIn.issued), is_new_user: signedIn.isNew },
      }
    },
  }
}

/** In the query, where the vendor's landing page looks for them. */
function withTokens({ redirectTo }: OAuthAttempt, { issued, isNew }: OAuthSignIn): string {
  const { accessToken, refreshToken, expiresIn } = toTokens(issued)
  const members = { accessToken, refreshToken, expiresIn: String(expiresIn), isNewUser: String(isNew) }
  return withQuery(redirectTo ?? '', members)
}

/** @throws what is no answer of a provider */
function withError({ redirectTo }: OAuthAttempt, error: unknown): string {
  const told = error instanceof AuthError ? oauthErrorOf(error) : undefined
  if (told === undefined) throw error
  const [code, message] = told
  return withQuery(redirectTo ?? '', { error: code, errorMessage: message })
}
