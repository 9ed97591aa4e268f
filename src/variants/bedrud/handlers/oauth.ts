import type { routes } from '../../../../generated/bedrud/routes.ts'
import { consumeOAuthState, finishOAuth, startOAuth } from '../../../core/oauth.ts'
import type { OAuthPolicy } from '../../../core/oauth-accounts.ts'
import { withFragment } from '../../../core/redirects.ts'
import { newSecret } from '../../../core/secrets.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { noStore } from '../../headers.ts'
import type { Services } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import type { Cookies } from '../cookies.ts'
import type { Flags } from '../flags.ts'
import { authorizeSignUp } from '../invitations.ts'
import { cleanName } from '../names.ts'
import { realm } from '../rules.ts'
import { toOAuthResponse } from '../serializers.ts'

/** The scopes to request from each provider. */
const scopes = {
  google: 'email profile openid',
  github: 'user:email',
  twitter: 'tweet.read users.read users.email',
}

/** Handlers for sign-in through a provider: the redirect to it, and its callback. */
export function oauthHandlers(
  services: Services<Flags>,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, 'startOAuth' | 'finishOAuth'> {
  const { core, site, flags, providers } = services
  const policy: OAuthPolicy = {
    linking: 'never',
    acceptsUnverifiedEmail: false,
    syncsProfile: true,
    normalizeName: cleanName,
    // The request to a provider cannot contain an invitation.
    extraChanges: () => authorizeSignUp(services, null),
  }

  return {
    async startOAuth({ params: { provider }, requestMeta, request }) {
      const browserNonce = newSecret(core, 24)
      const { authorizationUrl, state } = await startOAuth(core, providers, {
        provider,
        realm,
        redirectUri: `${site.publicUrl}/api/auth/${provider}/callback`,
        browserNonce,
        redirectTo: null,
        scope: scopes[provider],
        offlineAccess: true,
        requestMeta,
      })
      return {
        status: 307,
        headers: {
          Location: authorizationUrl,
          'Set-Cookie': cookies.oauth.bind(request, state, browserNonce),
          ...noStore,
        },
      }
    },

    async finishOAuth({
      params: { provider },
      query: { state = '', iss: issuer, ...result },
      requestMeta,
      request,
    }) {
      const browserNonce = cookies.oauth.nonceOf(request, state)
      const callback = { provider, state, browserNonce, issuer, realm, requestMeta }
      const attempt = await consumeOAuthState(core, providers, callback)
      const { issued } = await finishOAuth(core, providers, attempt, result, policy, requestMeta)
      const headers = cookies.tokenHeaders(issued)
      // The vendor's frontend expects this path, whatever path is configured.
      if (flags.frontendUrl)
        return {
          status: 302,
          headers: {
            ...headers,
            Location: withFragment(new URL('/auth/callback', flags.frontendUrl).href),
          },
        }
      return { status: 200, headers, body: toOAuthResponse(issued) }
    },
  }
}
