import type { Exchange } from '../../exchange.ts'
import type { Probe, TestCase } from '../../test-case.ts'
import type { Adapter, OAuthAdapter } from '../../variants/adapter.ts'
import { answerConsent, anyProvider, cookieHeader, startSignIn } from '../../world/oauth.ts'
import type { Stage } from '../../world/stage.ts'
import { expectStatus, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys through an OAuth provider. */
export function oauthFlows({ oauth, getCurrentUser, emailIn, userIdIn }: Adapter): TestCase[] {
  if (!oauth) return []
  const signedIn = (callback: Exchange) => oauth.credentialIn(callback.response) !== undefined
  return [
    ...oauth.providers.map((name) =>
      flow(`a user signs in with ${name}`, async (probe, stage) => {
        const { email } = stage.newPerson()
        const { callback } = await signInAt(probe, stage, name, { email })
        const credential = oauth.credentialIn(callback.response)
        if (!credential) {
          probe.report(
            'positive_data_acceptance',
            callback,
            `An approved sign-in with ${name} returned no token.`,
          )
          return
        }
        const me = await probe.send(getCurrentUser(credential.access))
        expectStatus(probe, me, [200], {
          check: 'ensure_resource_availability',
          message: `The token of a sign-in with ${name} is not accepted.`,
        })
        if (emailIn && me.response.status === 200)
          expectThat(probe, me, emailIn(me.response) === email, {
            check: 'ensure_resource_availability',
            message: `The current user does not have the email of the ${name} account.`,
          })
      }),
    ),
    flow('an unverified email of a provider opens no existing account', async (probe, stage) => {
      const victim = await stage.createAccount()
      const stranger = { email: victim.email, emailVerified: false }
      const { callback } = await signInAt(probe, stage, anyProvider(stage), stranger)
      const credential = oauth.credentialIn(callback.response)
      if (!credential) return
      const me = await probe.send(getCurrentUser(credential.access))
      expectThat(probe, callback, userIdIn(me.response) !== victim.id, {
        check: 'ignored_auth',
        message: 'A provider account with an unverified email signed in to the account with that email.',
        requirement: 'O06',
      })
    }),
    flow('a denied consent returns no token', async (probe, stage) => {
      const { callback } = await signInAt(probe, stage, anyProvider(stage), { decision: 'deny' })
      expectThat(probe, callback, !signedIn(callback), {
        check: 'ignored_auth',
        message: 'A denied consent signed a user in.',
      })
    }),
    flow('a callback works once', async (probe, stage) => {
      const { request } = await signInAt(probe, stage, anyProvider(stage))
      const again = await probe.send(request)
      expectThat(probe, again, !signedIn(again), {
        check: 'single_use',
        message: 'A callback signed a user in twice.',
        requirement: 'O01',
      })
    }),
    flow('a state works once, even with another code', async (probe, stage) => {
      const { email } = stage.newPerson()
      const { callback, authorizationUrl, request } = await signInAt(probe, stage, anyProvider(stage), {
        email,
      })
      if (!signedIn(callback)) return
      // The provider issues another code for the same state, so that only the state is used up.
      const url = await answerConsent(stage, authorizationUrl, { email })
      const again = await probe.send(callbackOf(probe, url, request.headers))
      expectThat(probe, again, !signedIn(again), {
        check: 'single_use',
        message: 'A state signed a user in twice, with two codes.',
        requirement: 'O01',
      })
    }),
    flow('a callback with an invented state is rejected', async (probe, stage) => {
      const { authorizationUrl, headers } = await startSignIn(stage, anyProvider(stage))
      const url = new URL(await answerConsent(stage, authorizationUrl))
      url.searchParams.set('state', 'invented-state-of-an-attacker')
      const callback = await probe.send(callbackOf(probe, url.href, headers))
      expectThat(probe, callback, !signedIn(callback), {
        check: 'ignored_auth',
        message: 'A callback with an invented state signed a user in.',
        requirement: 'O01',
      })
    }),
    ...(oauth.providers.length > 1 ? [foreignStateFlow(oauth)] : []),
    ...(oauth.bindsBrowser
      ? [
          flow('a callback in another browser is rejected', async (probe, stage) => {
            const { authorizationUrl } = await startSignIn(stage, anyProvider(stage))
            const callback = await probe.send(callbackOf(probe, await answerConsent(stage, authorizationUrl)))
            expectThat(probe, callback, !signedIn(callback), {
              check: 'ignored_auth',
              message: 'A callback without the cookie of the browser that began it signed a user in.',
              requirement: 'O02',
            })
          }),
        ]
      : []),
    ...(oauth.redirectTarget === undefined ? [] : [redirectFlow(oauth)]),
  ]
}

/** Otherwise a malicious provider could get the code of another one (RFC 9700, §4.4). */
function foreignStateFlow(oauth: OAuthAdapter): TestCase {
  return flow('a state is rejected at the callback of another provider', async (probe, stage) => {
    const [first = '', second = ''] = oauth.providers
    const begun = await startSignIn(stage, first)
    const other = await startSignIn(stage, second)
    const url = new URL(await answerConsent(stage, other.authorizationUrl))
    const callWith = (state: string) => {
      url.searchParams.set('state', state)
      return probe.send(callbackOf(probe, url.href, begun.headers))
    }
    // PKCE also stops such a sign-in, so that only the response tells whether the server accepts the state.
    const invented = await callWith('invented-state-of-an-attacker')
    const foreign = await callWith(begun.query.state)
    expectStatus(probe, foreign, [invented.response.status], {
      check: 'ignored_auth',
      message: `A state of ${first} is not treated as an unknown one by the callback of ${second}.`,
      requirement: 'O04',
      severity: oauth.credentialIn(foreign.response) ? 'failure' : 'difference',
    })
  })
}

/** Targets outside the allow-list, in the spellings that fool naive checks. */
const foreignTargets = ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']

function redirectFlow(oauth: OAuthAdapter): TestCase {
  return flow('a sign-in returns to allowed pages only', async (probe, stage) => {
    const provider = anyProvider(stage)
    for (const target of foreignTargets) {
      const started = await probe.send(oauth.start(provider, target))
      const authorizationUrl = oauth.authorizationUrlIn(started.response)
      if (authorizationUrl === undefined || started.response.status >= 400) continue
      const url = await answerConsent(stage, authorizationUrl)
      const callback = await probe.send(callbackOf(probe, url, cookieHeader(started.response)))
      const location = callback.response.headers.get('location') ?? ''
      expectThat(probe, callback, !/^(?:https?:)?[\\/]{2}evil\.example|^\/\\|^javascript:/i.test(location), {
        check: 'redirect_allow_list',
        message: `A sign-in redirects to ${target}.`,
        requirement: 'O08',
      })
    }
  })
}

/** Signs in as a browser does: begins, answers the consent page, and calls the callback. */
async function signInAt(
  probe: Probe,
  stage: Stage,
  provider: string,
  consent?: Parameters<typeof answerConsent>[2],
) {
  const { authorizationUrl, headers } = await startSignIn(stage, provider)
  const request = callbackOf(probe, await answerConsent(stage, authorizationUrl, consent), headers)
  return { authorizationUrl, request, callback: await probe.send(request) }
}

/** The request of a browser that follows the redirect of a provider. */
const callbackOf = (probe: Probe, url: string, headers: Record<string, string> = {}) => ({
  method: 'GET',
  path: probe.pathOf(url),
  headers,
})
