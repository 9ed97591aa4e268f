import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthenticator, type Overrides } from '../../src/conformance/world/authenticator.ts'
import { finishPasskeySignIn, finishPasskeySignUp } from '../../src/core/passkeys.ts'
import { authError } from '../support/auth-error.ts'
import { requestMeta } from './oauth.fixture.ts'
import { browserNonce, realm, relyingParty, setUp } from './passkeys.fixture.ts'

describe('passkey responses', () => {
  it('W02 accepts an assertion only in the browser that requested it, or without cookies', async () => {
    const { startSignIn, finishSignIn, authenticator } = await setUp()
    const options = await startSignIn()
    await expect(finishSignIn(await authenticator.get(options), 'another browser')).rejects.toEqual(
      authError('passkeyChallengeNotFound'),
    )
    await finishSignIn(await authenticator.get(options), null)
  })

  it('W02 rejects responses to the challenge of another ceremony, user or realm', async () => {
    const {
      core,
      ada,
      erin,
      authenticator,
      finishSignIn,
      startSignIn,
      startRegistration,
      finishRegistration,
    } = await setUp()
    const notFound = authError('passkeyChallengeNotFound')

    const registration = await startRegistration(ada)
    await expect(
      finishSignIn(await authenticator.get({ challenge: registration.challenge, rpId: 'localhost' })),
    ).rejects.toEqual(notFound)

    const device = createAuthenticator()
    await expect(finishRegistration(erin, await device.create(registration))).rejects.toEqual(notFound)
    await expect(
      finishPasskeySignUp(core, relyingParty, {
        realm,
        browserNonce,
        attestation: await device.create(registration),
        requestMeta,
      }),
    ).rejects.toEqual(notFound)

    const elsewhere = await authenticator.get(await startSignIn())
    await expect(
      finishPasskeySignIn(core, relyingParty, {
        realm: 'other',
        browserNonce,
        assertion: elsewhere,
        requestMeta,
      }),
    ).rejects.toEqual(notFound)
  })

  it("W02 rejects another user's passkey when the options are for one account", async () => {
    const { erin, register, startSignIn, finishSignIn } = await setUp()
    const device = createAuthenticator()
    await register(erin, {}, device)
    await expect(finishSignIn(await device.get(await startSignIn('ada@example.org')))).rejects.toEqual(
      authError('passkeyRefused'),
    )
  })

  const tamperings: [string, Overrides][] = [
    ['another domain', { origin: 'https://evil.example' }],
    ['a subdomain', { origin: 'http://sub.localhost:3000' }],
    ['another scheme', { origin: 'https://localhost:3000' }],
    ['another port', { origin: 'http://localhost:3001' }],
    ['no port', { origin: 'http://localhost' }],
    ['a trailing slash in the origin', { origin: 'http://localhost:3000/' }],
    ['crossOrigin', { crossOrigin: true }],
    ['a topOrigin', { topOrigin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['no user presence', { flags: 0x44 }],
    ['another type', { type: 'payment.get' }],
  ]

  it.each(tamperings)('W02 rejects a sign-in with %s', async (_, tampering) => {
    const { signIn, counts } = await setUp()
    const flags = tampering.flags === undefined ? {} : { flags: 0x04 }
    await expect(signIn({ ...tampering, ...flags })).rejects.toEqual(authError('passkeyRefused'))
    expect(await counts()).toMatchObject({ sessions: 0 })
  })

  it.each(tamperings)('W02 rejects a registration with %s', async (_, tampering) => {
    const { erin, register, counts } = await setUp()
    await expect(register(erin, tampering)).rejects.toEqual(authError('passkeyRefused'))
    expect(await counts()).toMatchObject({ passkeys: 1 })
  })

  it('W02 rejects a signature by another key and the user handle of another user', async () => {
    const { erin, signIn } = await setUp()
    await expect(signIn({ forged: true })).rejects.toEqual(authError('passkeyRefused'))
    await expect(signIn({ userHandle: base64url.encode(erin.id) })).rejects.toEqual(
      authError('passkeyRefused'),
    )
    await signIn({ userHandle: null })
  })

  it('W02 accepts any of the allowed origins', async () => {
    const { signIn } = await setUp()
    await signIn({ origin: 'android:apk-key-hash:abc' })
  })

  it('W02 reports unknown passkeys separately, so that the device can delete them', async () => {
    const { signIn } = await setUp()
    await expect(signIn({ credentialId: base64url.encode('unknown id') })).rejects.toEqual(
      authError('passkeyNotFound'),
    )
  })
})
