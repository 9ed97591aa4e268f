import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  attestationObject,
  createAuthenticator,
  type Overrides,
} from '../../../src/conformance/world/authenticator.ts'
import { ceremonies, noChallenge, notVerified, openPasskeys, sam } from './ceremonies.ts'
import { ada, invalidCredentials, openBedrud, statusAndError } from './support.ts'

const mischief: [string, Overrides][] = [
  ['for another origin', { origin: 'https://bedrud.example' }],
  ['for a subdomain of another origin', { origin: 'http://localhost.evil.example' }],
  ['with the origin null', { origin: 'null' }],
  ['for another RP ID', { rpId: 'evil.example' }],
  ['from a cross-origin frame', { crossOrigin: true }],
  ['without user presence', { flags: 0x40 }],
  ['of another type', { type: 'webauthn.other' }],
]

describe('authenticator responses', () => {
  it.each(mischief)('W02 rejects passkey responses %s', async (_, wrong) => {
    const { signIn, register, signUp, device, bearer, store } = await openPasskeys()
    const before = [await store.count('passkeys', {}), await store.count('users', {})]
    expect(statusAndError(await signIn(device, wrong))).toEqual(invalidCredentials)
    expect(statusAndError(await register(createAuthenticator(), bearer, wrong))).toEqual(notVerified)
    expect(statusAndError(await signUp(createAuthenticator(), sam, wrong))).toEqual(notVerified)
    expect([await store.count('passkeys', {}), await store.count('users', {})]).toEqual(before)
  })

  it('W02 accepts passkeys from any local origin in development, and only from the frontend in production', async () => {
    const { signIn, device } = await openPasskeys()
    expect((await signIn(device, { origin: 'http://localhost:5173' })).status).toBe(200)

    const production = await openBedrud({
      mode: 'production',
      publicUrl: 'https://api.example.com',
      webUrl: 'https://meet.example.com',
    })
    const { register } = ceremonies(production)
    const bearer = (await production.signUp()).accessToken
    const at = (origin: string) => createAuthenticator({ origin })
    expect(statusAndError(await register(at('http://localhost:3000'), bearer))).toEqual(notVerified)
    expect(statusAndError(await register(at('https://evil.example'), bearer))).toEqual(notVerified)
    expect((await register(at('https://meet.example.com'), bearer)).status).toBe(200)
  })

  it('W02 rejects a wrong key, an unknown passkey and a wrong user handle', async () => {
    const { begin, post, signIn, device } = await openPasskeys()
    expect(statusAndError(await signIn(device, { forged: true }))).toEqual(invalidCredentials)
    expect(statusAndError(await signIn(device, { credentialId: 'CQvWgWuWYvgPXgBP1KCTvA' }))).toEqual([
      401,
      'passkey not found',
    ])
    const { options } = await begin('login')
    const { credentialId: id, ...response } = await device.get(options, {
      userHandle: base64url.encode(ada.id),
    })
    const credential = { id, rawId: id, type: 'public-key', response }
    expect(statusAndError(await post('/passkey/login/finish', credential))).toEqual(invalidCredentials)
  })

  it('W02 rejects a passkey of an account other than the requested one', async () => {
    const { signIn, device } = await openPasskeys()
    expect(statusAndError(await signIn(device, {}, { email: ada.email }))).toEqual(invalidCredentials)
  })

  it('W05 rejects malformed passkey responses', async () => {
    const { begin, post, bearer } = await openPasskeys()
    const malformed = [
      attestationObject(new Uint8Array(10)),
      attestationObject(new Uint8Array(200)),
      base64url.encode('not CBOR'),
      'A',
      base64url.encode(new Uint8Array(20_000).fill(0x9f)),
    ]
    for (const attestation of malformed) {
      const { options } = await begin('register', undefined, { bearer })
      const { clientDataJSON } = await createAuthenticator().create(options)
      const body = { clientDataJSON, attestationObject: attestation }
      expect(statusAndError(await post('/passkey/register/finish', body, { bearer }))).toEqual(notVerified)
    }
    for (const clientDataJSON of ['A', base64url.encode('null'), base64url.encode('{"challenge":{}}')]) {
      const body = { clientDataJSON, attestationObject: 'A' }
      expect(statusAndError(await post('/passkey/register/finish', body, { bearer }))).toEqual(noChallenge)
    }
  })
})
