import type { Exchange } from '../../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../../test-case.ts'
import type { Adapter, OAuthAdapter } from '../../variants/adapter.ts'
import type { Consent } from '../../world/hooks.ts'
import type { Stage } from '../../world/stage.ts'
import { expectStatus, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys through an OAuth provider. */
export function oauthFlows({ oauth, getCurrentUser, emailIn, userIdIn }: Adapter): TestCase[] {
  if (!oauth) return []
  const [provider = ''] = oauth.providers
  const signedIn = (callback: Exchange) => oauth.credentialIn(callback.response) !== undefined
  return [
    ...oauth.providers.map((name) =>
      flow(`a user signs in with ${name}`, async (probe, stage) => {
        const { email } = stage.newPerson()
        const { callback } = await signInAt(probe, stage, oauth, name, { email })
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
      const { callback } = await signInAt(probe, stage, oauth, provider, stranger)
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
      const { callback } = await signInAt(probe, stage, oauth, provider, { decision: 'deny' })
      expectThat(probe, callback, !signedIn(callback), {
        check: 'ignored_auth',
        message: 'A denied consent signed a user in.',
      })
    }),
    flow('a callback works once', async (probe, stage) => {
      const { path, cookie } = await signInAt(probe, stage, oauth, provider)
      const again = await probe.send(callbackRequest(path, cookie))
      expectThat(probe, again, !signedIn(again), {
        check: 'single_use',
        message: 'A callback signed a user in twice.',
        requirement: 'O01',
      })
    }),
    flow('a callback with an invented state is rejected', async (probe, stage) => {
      const begun = await begin(probe, stage, oauth, provider)
      const url = new URL(begun.path, 'http://localhost')
      url.searchParams.set('state', 'invented-state-of-an-attacker')
      const callback = await probe.send(callbackRequest(url.pathname + url.search, begun.cookie))
      expectThat(probe, callback, !signedIn(callback), {
        check: 'ignored_auth',
        message: 'A callback with an invented state signed a user in.',
        requirement: 'O01',
      })
    }),
    ...(oauth.bindsBrowser
      ? [
          flow('a callback in another browser is rejected', async (probe, stage) => {
            const { path } = await begin(probe, stage, oauth, provider)
            const callback = await probe.send(callbackRequest(path, ''))
            expectThat(probe, callback, !signedIn(callback), {
              check: 'ignored_auth',
              message: 'A callback without the cookie of the browser that began it signed a user in.',
              requirement: 'O02',
            })
          }),
        ]
      : []),
    ...(oauth.redirectTarget === undefined ? [] : [redirectFlow(oauth, provider)]),
  ]
}

/** Targets outside the allow-list, in the spellings that fool naive checks. */
const foreignTargets = ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']

function redirectFlow(oauth: OAuthAdapter, provider: string): TestCase {
  return flow('a sign-in returns to allowed pages only', async (probe, stage) => {
    for (const target of foreignTargets) {
      const started = await probe.send(oauth.start(provider, target))
      const authorizationUrl = oauth.authorizationUrlIn(started.response)
      if (authorizationUrl === undefined || started.response.status >= 400) continue
      const callback = await finish(probe, stage, started, { authorizationUrl })
      const location = callback.response.headers.get('location') ?? ''
      expectThat(probe, callback, !/^(?:https?:)?[\\/]{2}evil\.example|^\/\\|^javascript:/i.test(location), {
        check: 'redirect_allow_list',
        message: `A sign-in redirects to ${target}.`,
        requirement: 'O08',
      })
    }
  })
}

async function signInAt(
  probe: Probe,
  stage: Stage,
  oauth: OAuthAdapter,
  provider: string,
  consent: Partial<Consent> = {},
) {
  const begun = await begin(probe, stage, oauth, provider, consent)
  return { ...begun, callback: await probe.send(callbackRequest(begun.path, begun.cookie)) }
}

/** Begins a sign-in and answers the consent page. Returns the path of the callback, without calling it. */
async function begin(
  probe: Probe,
  stage: Stage,
  oauth: OAuthAdapter,
  provider: string,
  consent: Partial<Consent> = {},
): Promise<{ path: string; cookie: string }> {
  const decideConsent = stage.hook('decideConsent')
  const started = await probe.send(oauth.start(provider))
  const authorizationUrl = oauth.authorizationUrlIn(started.response)
  if (authorizationUrl === undefined)
    throw new NotExercisedError(`A sign-in with ${provider} cannot be begun: ${started.response.status}.`)
  const email = stage.newPerson().email
  const url = await decideConsent({
    authorizationUrl,
    decision: 'approve',
    email,
    emailVerified: true,
    ...consent,
  })
  return { path: probe.pathOf(url), cookie: cookieOf(started) }
}

async function finish(
  probe: Probe,
  stage: Stage,
  started: Exchange,
  consent: Pick<Consent, 'authorizationUrl'>,
) {
  const { email } = stage.newPerson()
  const url = await stage.hook('decideConsent')({
    decision: 'approve',
    email,
    emailVerified: true,
    ...consent,
  })
  return probe.send(callbackRequest(probe.pathOf(url), cookieOf(started)))
}

const callbackRequest = (path: string, cookie: string) => ({
  method: 'GET',
  path,
  ...(cookie && { headers: { cookie } }),
})

const cookieOf = ({ response }: Exchange) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
