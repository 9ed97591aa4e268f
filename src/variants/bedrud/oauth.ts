import type { routes } from '../../../generated/bedrud/routes.ts'
import type { Handlers } from '../../contract/handlers.ts'
import { AuthError, isRefusal } from '../../core/errors.ts'
import { admitNewcomer } from '../../core/invitations.ts'
import { finishOAuth, resumeOAuth, startOAuth } from '../../core/oauth.ts'
import type { OAuthPolicy } from '../../core/oauth-accounts.ts'
import type { Services } from '../variant.ts'
import type { Caller } from './authenticate.ts'
import type { Cookies } from './cookies.ts'
import { cleanName } from './names.ts'
import { realm } from './rules.ts'
import { toOAuthResponse } from './wire.ts'

/** What the vendor's server asks for. */
const scopes: Record<string, string> = {
  google: 'openid email profile',
  github: 'user:email',
}

/** Signing in through Google, GitHub or Twitter, by two redirects in a browser. */
export function oauthHandlers(
  services: Services,
  cookies: Cookies,
): Pick<Handlers<typeof routes, Caller>, 'startOAuth' | 'finishOAuth'> {
  const { core, site, switches, providers, clientOf } = services
  const policy = policyOf(services)

  return {
    async startOAuth({ params: { provider }, request }) {
      const binding = cookies.bindingFor(core, request)
      const scope = scopes[provider]
      const { authorizationUrl } = await startOAuth(core, providers, {
        provider,
        realm,
        redirectUri: `${site.publicUrl}/api/auth/${provider}/callback`,
        binding,
        landing: null,
        ...(scope !== undefined && { scope }),
        client: clientOf(request),
      })
      return {
        status: 307,
        headers: {
          Location: authorizationUrl,
          'Set-Cookie': cookies.ofBinding(binding),
          'Cache-Control': 'no-store',
        },
      }
    },

    async finishOAuth({ params: { provider }, query, request }) {
      const client = clientOf(request)
      const binding = cookies.bindingIn(request)
      // Every attempt was started by a browser that got a cookie.
      if (binding === null) throw new AuthError('invalidOAuthState')
      const attempt = await resumeOAuth(core, providers, {
        provider,
        state: query.state ?? '',
        binding,
        issuer: query.iss,
        realm,
        client,
      })
      const { grant } = await finishOAuth(core, providers, attempt, query, policy, client)
      const headers = {
        'Set-Cookie': [...cookies.ofGrant(grant), cookies.ofNoBinding()],
        'Cache-Control': 'no-store',
      }
      const { frontendUrl } = switches
      if (!frontendUrl) return { status: 200, headers, body: toOAuthResponse(grant) }
      // The tokens are in the cookies alone, never in an address.
      return { status: 302, headers: { ...headers, Location: new URL('/auth/callback', frontendUrl).href } }
    },
  }
}

const policyOf = ({ core, switches }: Services): OAuthPolicy => ({
  linking: 'never',
  acceptsUnverified: false,
  followsProfile: true,
  cleanName,
  also: async () => {
    try {
      return await admitNewcomer(core, switches.registration ?? 'open', { realm })
    } catch (error) {
      // Nobody can bring an invitation along this way.
      if (isRefusal(error, 'invitationRequired'))
        throw new AuthError('invitationRequired', { reason: 'oauth' })
      throw error
    }
  },
})
