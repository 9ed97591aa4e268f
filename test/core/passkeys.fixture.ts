import { createAuthenticator, type Overrides } from '../../src/conformance/world/authenticator.ts'
import { newUser } from '../../src/core/accounts.ts'
import {
  type Assertion,
  type Attestation,
  finishPasskeyRegistration,
  finishPasskeySignIn,
  startPasskeyRegistration,
  startPasskeySignIn,
} from '../../src/core/passkeys.ts'
import { insert } from '../../src/core/store.ts'
import type { User } from '../../src/core/tables.ts'
import { requestMeta, testCore } from './oauth.fixture.ts'

export const relyingParty = {
  rpId: 'localhost',
  rpName: 'Test',
  allowsOrigin: (origin: string) => ['http://localhost:3000', 'android:apk-key-hash:abc'].includes(origin),
}

export const realm = ''

export const browserNonce = 'this browser'

/** Creates a core with two users, Ada and Erin. Ada has a passkey. */
export async function setUp(options?: { counts: boolean }) {
  const fixture = testCore()
  const { core } = fixture
  const ada = newUser(core, { realm, email: 'ada@example.org', name: 'Ada' })
  const erin = newUser(core, { realm, email: 'erin@example.org', name: 'Erin' })
  await core.store.write([insert('users', ada), insert('users', erin)])
  const authenticator = createAuthenticator(options)

  const startRegistration = (user: User) =>
    startPasskeyRegistration(core, relyingParty, { user, authority: [] })
  const finishRegistration = (user: User, attestation: Attestation) =>
    finishPasskeyRegistration(core, relyingParty, { user, attestation, authority: [], requestMeta })
  const register = async (user: User, tampering?: Overrides, device = createAuthenticator()) =>
    finishRegistration(user, await device.create(await startRegistration(user), tampering))
  await register(ada, {}, authenticator)

  const startSignIn = (email?: string) =>
    startPasskeySignIn(core, relyingParty, { realm, browserNonce, email })
  const finishSignIn = (assertion: Assertion, cookie: string | null = browserNonce) =>
    finishPasskeySignIn(core, relyingParty, { realm, browserNonce: cookie, assertion, requestMeta })
  const signIn = async (tampering?: Overrides) =>
    finishSignIn(await authenticator.get(await startSignIn(), tampering))
  const counter = async () => (await core.store.find('passkeys', { userId: ada.id }))?.counter
  return {
    ...fixture,
    ada,
    erin,
    authenticator,
    startRegistration,
    finishRegistration,
    register,
    startSignIn,
    finishSignIn,
    signIn,
    counter,
  }
}
