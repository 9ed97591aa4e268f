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
import { withFragment } from '../../../core/redirects.ts'
import type { RequestMeta } from '../../../http/env.ts'
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

/** The scopes in the vendor's documents. */
const scopes: Record<string, string> = { google: 'openid email profile', github: 'user:email' }

const policy: OAuthPolicy = { linking: 'never', acceptsUnverifiedEmail: true, syncsProfile: false }

/** The handlers of sign-ins with Google or GitHub, by redirects of the browser or with a code or ID token. */
export function oauthHandlers({ core, site, providers }: Services): OAuthHandlers {
  /** Signs in with an ID token or a code. Consumes a state of this API, and ignores the app's own state. */
  async function exchange(
    context: { provider: string; realm: string; requestMeta: RequestMeta },
    body: ExchangeBody,
  ): Promise<OAuthSignIn> {
    if (!('code' in body))
      return exchangeOAuth(core, providers, { ...context, credential: { idToken: body.idToken } }, policy)
    const { code, redirectUri, state } = body
    if (state === undefined || !(await isOAuthState(core, state)))
      return exchangeOAuth(core, providers, { ...context, credential: { code, redirectUri } }, policy)
    const attempt = await consumeOAuthState(core, providers, { ...context, state, browserNonce: null })
    return finishOAuth(core, providers, { ...attempt, redirectUri }, { code }, policy, context.requestMeta)
  }

  return {
    async startOAuth({ params: { provider }, query: { redirect }, caller, requestMeta }) {
      const { realm } = caller.apiKey
      await consume(core, 'startOAuth', `${realm} ${ipKey(requestMeta)}`)
      const scope = scopes[provider]
      const { authorizationUrl } = await startOAuth(core, providers, {
        provider,
        realm,
        redirectUri: `${site.publicUrl}/v1/auth/${provider}/callback`,
        // The app is on another origin, so the browser may not send a cookie back.
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
        headers: { ...noStore, 'Referrer-Policy': 'no-referrer', Location: withFragment(redirectTo) },
      }
    },

    async exchangeOAuthCode({ params: { provider }, body, caller, requestMeta }) {
      const { realm } = caller.apiKey
      const { issued, isNew } = await exchange({ provider, realm, requestMeta }, body)
      return { status: 200, headers: noStore, body: { ...toTokens(issued), is_new_user: isNew } }
    },
  }
}

type ExchangeBody = Parameters<OAuthHandlers['exchangeOAuthCode']>[0]['body']

/** Adds the tokens to the query, where the vendor's landing page reads them. */
function withTokens({ redirectTo }: OAuthAttempt, { issued, isNew }: OAuthSignIn): string {
  const { accessToken, refreshToken, expiresIn } = toTokens(issued)
  const parameters = { accessToken, refreshToken, expiresIn: String(expiresIn), isNewUser: String(isNew) }
  return withQuery(redirectTo ?? '', parameters)
}

/** @throws errors that are not about the sign-in at the provider */
function withError({ redirectTo }: OAuthAttempt, error: unknown): string {
  const errorText = error instanceof AuthError ? oauthErrorOf(error) : undefined
  if (errorText === undefined) throw error
  const [code, message] = errorText
  return withQuery(redirectTo ?? '', { error: code, errorMessage: message })
}
