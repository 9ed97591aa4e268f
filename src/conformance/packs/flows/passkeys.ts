import type { Exchange, RequestData } from '../../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../../test-case.ts'
import type { Adapter, PasskeysAdapter } from '../../variants/adapter.ts'
import { createAuthenticator, type Overrides } from '../../world/authenticator.ts'
import type { Account, Stage } from '../../world/stage.ts'
import { expectRejected, expectStatus, expectSuccess, expectThat } from '../expect.ts'
import { flow } from './flow.ts'

/** Journeys with passkeys, by an authenticator in software (WebAuthn L3). */
export function passkeyFlows({ passkeys, getCurrentUser, credentialIn }: Adapter): TestCase[] {
  if (!passkeys) return []
  return [
    flow('a user signs up with a passkey', async (probe, stage) => {
      const { email, name } = stage.newPerson()
      const begun = await probe.send(passkeys.startSignUp({ email, name }))
      const options = optionsIn(begun)
      const authenticator = createAuthenticator({ origin: originOf(stage, options.rp.id) })
      const finished = await probe.send(
        inSameBrowser(begun, passkeys.finishSignUp(await authenticator.create(options))),
      )
      if (!expectSuccess(probe, finished, 'A sign-up with a passkey')) return
      const { access } = credentialIn(finished.response)
      expectStatus(probe, await probe.send(getCurrentUser(access)), [200], {
        check: 'ensure_resource_availability',
        message: 'The token of a sign-up with a passkey is not accepted.',
      })
    }),
    flow('a user adds a passkey and signs in with it', async (probe, stage) => {
      const registered = await register(probe, stage, passkeys)
      const signedIn = await signIn(probe, passkeys, registered)
      if (!expectSuccess(probe, signedIn, 'A sign-in with a passkey')) return
      const me = await probe.send(getCurrentUser(credentialIn(signedIn.response).access))
      expectThat(probe, me, me.response.text.includes(registered.account.email), {
        check: 'ensure_resource_availability',
        message: 'A sign-in with a passkey signed in someone else.',
      })
    }),
    flow('an assertion signs in once', async (probe, stage) => {
      // Without a counter, only the challenge tells a replay from the original.
      const { authenticator } = await register(probe, stage, passkeys, { counts: false })
      const begun = await probe.send(passkeys.startSignIn())
      const request = inSameBrowser(
        begun,
        passkeys.finishSignIn(await authenticator.get(requestOptionsIn(begun))),
      )
      await probe.send(request)
      expectRejected(probe, await probe.send(request), {
        check: 'single_use',
        message: 'An assertion was accepted twice.',
        requirement: 'W01',
      })
    }),
    ...Object.entries(invalidAssertions).map(([name, overrides]) =>
      flow(`an assertion ${name} is rejected`, async (probe, stage) => {
        const registered = await register(probe, stage, passkeys)
        expectRejected(probe, await signIn(probe, passkeys, registered, overrides), {
          check: 'ignored_auth',
          message: `An assertion ${name} was accepted.`,
          requirement: 'W02',
        })
      }),
    ),
    flow('an assertion in another browser is rejected', async (probe, stage) => {
      const { authenticator } = await register(probe, stage, passkeys)
      const [begun, other] = [
        await probe.send(passkeys.startSignIn()),
        await probe.send(passkeys.startSignIn()),
      ]
      if (cookiesOf(begun).length === 0) return
      const request = passkeys.finishSignIn(await authenticator.get(requestOptionsIn(begun)))
      const cookie = cookiesOf(begun)
        .map(([name], index) => `${name}=${cookiesOf(other)[index]?.[1]}`)
        .join('; ')
      const response = await probe.send({ ...request, headers: { ...request.headers, cookie } })
      expectRejected(probe, response, {
        check: 'ignored_auth',
        message: 'An assertion with the cookie of another browser was accepted.',
        requirement: 'W02',
      })
    }),
    flow('a signature counter that goes back is rejected', async (probe, stage) => {
      const registered = await register(probe, stage, passkeys)
      await signIn(probe, passkeys, registered, { counter: 10 })
      expectRejected(probe, await signIn(probe, passkeys, registered, { counter: 9 }), {
        check: 'ignored_auth',
        message: 'A passkey with an older signature counter, a copy, was accepted.',
        requirement: 'W03',
      })
    }),
  ]
}

/** Ceremonies that an attacker, or a page of an attacker, could send (WebAuthn L3, §7.2). */
const invalidAssertions: Record<string, Overrides> = {
  'with a forged signature': { forged: true },
  'for another origin': { origin: 'https://evil.example' },
  'for another relying party': { rpId: 'evil.example' },
  'of a registration': { type: 'webauthn.create' },
  'with an invented challenge': { challenge: 'aW52ZW50ZWQtY2hhbGxlbmdlLW9mLWFuLWF0dGFja2Vy' },
  'without user presence': { flags: 0x04 },
}

interface Registered {
  account: Account
  authenticator: ReturnType<typeof createAuthenticator>
}

async function register(
  probe: Probe,
  stage: Stage,
  passkeys: PasskeysAdapter,
  { counts = true }: { counts?: boolean } = {},
): Promise<Registered> {
  const account = await stage.createAccount()
  const begun = await probe.send(passkeys.startRegistration(account.access))
  const options = optionsIn(begun)
  const authenticator = createAuthenticator({ origin: originOf(stage, options.rp.id), counts })
  const request = passkeys.finishRegistration(account.access, await authenticator.create(options))
  const finished = await probe.send(inSameBrowser(begun, request))
  if (finished.response.status >= 300)
    throw new NotExercisedError(
      `A passkey could not be added: ${finished.response.status}. Does the hook origin name the origin of the frontend?`,
    )
  return { account, authenticator }
}

async function signIn(
  probe: Probe,
  passkeys: PasskeysAdapter,
  { authenticator }: Registered,
  overrides: Overrides = {},
): Promise<Exchange> {
  const begun = await probe.send(passkeys.startSignIn())
  const assertion = await authenticator.get(requestOptionsIn(begun), overrides)
  return probe.send(inSameBrowser(begun, passkeys.finishSignIn(assertion)))
}

/** Sends the cookies that bind a ceremony to its browser. */
function inSameBrowser(begun: Exchange, request: RequestData): RequestData {
  const cookie = cookiesOf(begun)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  return cookie === '' ? request : { ...request, headers: { ...request.headers, cookie } }
}

const cookiesOf = ({ response }: Exchange): [name: string, value: string][] =>
  response.headers.getSetCookie().map((cookie) => {
    const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(cookie) ?? []
    return [name, value]
  })

function optionsIn({ response }: Exchange): { challenge: string; rp: { id: string }; user: { id: string } } {
  if (response.status >= 300)
    throw new NotExercisedError(`A passkey ceremony cannot be begun: ${response.status}.`)
  return response.body.publicKey ?? response.body
}

function requestOptionsIn({ response }: Exchange): { challenge: string; rpId: string } {
  if (response.status >= 300)
    throw new NotExercisedError(`A passkey ceremony cannot be begun: ${response.status}.`)
  return response.body.publicKey ?? response.body
}

/** Frontends on localhost have a port, which the relying party id lacks. */
const originOf = ({ hooks }: Stage, rpId: string) =>
  hooks.origin ?? (rpId === 'localhost' ? 'http://localhost:3000' : `https://${rpId}`)
