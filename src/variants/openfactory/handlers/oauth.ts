import { parse, serialize } from 'hono/utils/cookie'
import type { routes } from '../../../../generated/openfactory/routes.ts'
import { AuthError } from '../../../core/errors.ts'
import { consumeOAuthState, finishOAuth, type OAuthAttempt, startOAuth } from '../../../core/oauth.ts'
import type { OAuthPolicy } from '../../../core/oauth-accounts.ts'
import { newOrganization } from '../../../core/organizations.ts'
import type { Core } from '../../../core/ports.ts'
import { newSecret } from '../../../core/secrets.ts'
import type { Handlers } from '../../../http/handlers.ts'
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
  const cookie = stateCookie(site)
  const policy = createPolicy(core)

  return {
    async startOAuth({ params: { provider }, query, requestMeta }) {
      const browserNonce = newSecret(core)
      const { authorizationUrl } = await startOAuth(core, providers, {
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
          'Set-Cookie': cookie.set(browserNonce, stateSeconds),
          ...noStore,
        },
      }
    },

    async finishOAuth({ params: { provider }, query, requestMeta, request }) {
      const attempt = await consumeOAuthState(core, providers, {
        provider,
        state: query.state ?? '',
        browserNonce: cookie.read(request),
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
          'Set-Cookie': cookie.set('', 0),
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
  return url.href
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
 * The cookie that binds the callback to the browser of the start. The prefix `__Host-` keeps sibling domains
 * from setting it, but is allowed with `https` only.
 */
function stateCookie({ publicUrl }: Site) {
  const isSecure = publicUrl.startsWith('https:')
  const name = isSecure ? '__Host-of_oauth_state' : 'of_oauth_state'
  return {
    set: (value: string, maxAge: number) =>
      serialize(name, value, {
        path: '/',
        maxAge,
        httpOnly: true,
        ...(isSecure && { secure: true }),
        sameSite: 'Lax',
      }),
    read: (request: Request): string | null => parse(request.headers.get('cookie') ?? '', name)[name] ?? null,
  }
}
