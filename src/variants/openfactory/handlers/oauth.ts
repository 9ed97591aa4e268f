import type { routes } from '../../../../generated/openfactory/routes.ts'
import { AuthError } from '../../../core/errors.ts'
import { consumeOAuthState, finishOAuth, type OAuthAttempt, startOAuth } from '../../../core/oauth.ts'
import type { OAuthPolicy } from '../../../core/oauth-accounts.ts'
import { newOrganization } from '../../../core/organizations.ts'
import type { Core } from '../../../core/ports.ts'
import { withFragment } from '../../../core/redirects.ts'
import { newSecret } from '../../../core/secrets.ts'
import type { Handlers } from '../../../http/handlers.ts'
import { type AttemptCookies, createAttemptCookies } from '../../attempt-cookies.ts'
import { noStore } from '../../headers.ts'
import type { Services, Site } from '../../variant.ts'
import type { Caller } from '../authenticate.ts'
import { toOAuthErrorCode } from '../errors.ts'
import { realm } from '../rules.ts'
import { toSession } from '../serializers.ts'

const stateSeconds = 600

/** The operations of a sign-in through GitHub or Google. */
export function oauthHandlers({
  core,
  site,
  providers,
}: Services): Pick<Handlers<typeof routes, Caller>, 'startOAuth' | 'finishOAuth'> {
  const cookies = createStateCookies(site)
  const policy = createPolicy(core)

  return {
    async startOAuth({ params: { provider }, query, requestMeta, request }) {
      const browserNonce = newSecret(core)
      const { authorizationUrl, state } = await startOAuth(core, providers, {
        provider,
        realm,
        redirectUri: `${site.publicUrl}/api/auth/oauth/${provider}/callback`,
        browserNonce,
        redirectTo: {
          requested: query.redirectTo ?? '/',
          rules: { allowsOrigin: site.allowsOrigin, baseUrl: site.webUrl },
        },
        requestMeta,
      })
      return {
        status: 302,
        headers: {
          Location: authorizationUrl,
          'Set-Cookie': cookies.bind(request, state, browserNonce),
          ...noStore,
        },
      }
    },

    async finishOAuth({ params: { provider }, query, requestMeta, request }) {
      const { state = '' } = query
      const attempt = await consumeOAuthState(core, providers, {
        provider,
        state,
        browserNonce: cookies.nonceOf(request, state),
        issuer: new URL(request.url).searchParams.get('iss') ?? undefined,
        realm,
        requestMeta,
      })
      const redirectTo = await finishOAuth(core, providers, attempt, query, policy, requestMeta).then(
        ({ issued }) => redirectWithSession(attempt, toSession(issued)),
        (error) => redirectWithError(attempt, error),
      )
      return {
        status: 302,
        headers: {
          Location: redirectTo,
          'Set-Cookie': cookies.unbind(state),
          ...noStore,
          'Referrer-Policy': 'no-referrer',
        },
      }
    },
  }
}

/** Uses the fragment, which browsers do not send to servers, and not the query, which servers log. */
function redirectWithSession(
  { redirectTo }: OAuthAttempt,
  session: { token: string; expiresAt: string },
): string {
  const url = new URL(redirectTo ?? '')
  url.hash = new URLSearchParams(session).toString()
  return url.href
}

/** @throws the error itself, unless it comes from the provider or its profile */
function redirectWithError({ redirectTo }: OAuthAttempt, error: unknown): string {
  const name = error instanceof AuthError ? toOAuthErrorCode(error) : undefined
  if (name === undefined) throw error
  const url = new URL(redirectTo ?? '')
  url.searchParams.set('error', name)
  // The page reads the session from the fragment, so one in `redirectTo` must not stay either.
  url.hash = ''
  return withFragment(url.href)
}

function createPolicy(core: Core): OAuthPolicy {
  return {
    linking: 'whenVerified',
    acceptsUnverifiedEmail: false,
    syncsProfile: false,
    // Every session needs an organization.
    extraChanges: async ({ id, name }) =>
      (await newOrganization(core, { name: `${name}'s Organization`, userId: id })).changes,
  }
}

/**
 * The cookies that bind callbacks to the browser of their start. The prefix `__Host-` keeps sibling domains
 * from setting them, but requires `https` and the path `/`.
 */
function createStateCookies({ publicUrl }: Site): AttemptCookies {
  const { protocol, pathname } = new URL(publicUrl)
  const options = { maxAge: stateSeconds, httpOnly: true, sameSite: 'Lax' } as const
  return protocol === 'https:'
    ? createAttemptCookies('__Host-of_oauth_state_', { ...options, path: '/', secure: true })
    : createAttemptCookies('of_oauth_state_', { ...options, path: pathname })
}
