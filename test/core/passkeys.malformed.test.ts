import { isoCBOR } from '@simplewebauthn/server/helpers'
import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { attestationObject, createAuthenticator } from '../../src/conformance/world/authenticator.ts'
import { authError } from '../support/auth-error.ts'
import { setUp } from './passkeys.fixture.ts'

describe('malformed passkey responses', () => {
  it('W05 rejects unsupported algorithms and malformed attestation objects', async () => {
    const { erin, register, startRegistration, finishRegistration } = await setUp()
    for (const alg of [-8, -35, -65535, 0, 7])
      await expect(register(erin, { alg })).rejects.toEqual(authError('passkeyRefused'))

    const nested = new Uint8Array(40_000).fill(0x81)
    const oversized = new Uint8Array([0xbb, 0x00, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    for (const bytes of [
      new Uint8Array(0),
      nested,
      oversized,
      new Uint8Array(60_000),
      isoCBOR.encode('text'),
    ]) {
      const options = await startRegistration(erin)
      const { clientDataJSON } = await createAuthenticator().create(options)
      for (const attestationObject of [base64url.encode(bytes), '!', '']) {
        const attempt = finishRegistration(erin, { clientDataJSON, attestationObject })
        await expect(attempt).rejects.toEqual(expect.objectContaining({ name: 'AuthError' }))
      }
    }
  })

  it('W05 finds no challenge in malformed client data', async () => {
    const { finishSignIn, authenticator, startSignIn } = await setUp()
    const assertion = await authenticator.get(await startSignIn())
    for (const text of [
      '',
      'null',
      '[]',
      '"challenge"',
      '{}',
      '{"challenge":1}',
      '{"challenge":"a b"}',
      '\u0000{',
    ])
      await expect(finishSignIn({ ...assertion, clientDataJSON: base64url.encode(text) })).rejects.toEqual(
        authError('passkeyChallengeNotFound'),
      )
    await expect(finishSignIn({ ...assertion, clientDataJSON: '%%%' })).rejects.toEqual(
      authError('passkeyChallengeNotFound'),
    )
  })

  it('W05 rejects a public key that is not on its curve', async () => {
    const { erin, startRegistration, finishRegistration } = await setUp()
    const options = await startRegistration(erin)
    const valid = await createAuthenticator().create(options)
    const decoded = isoCBOR.decodeFirst<Map<string, Uint8Array>>(
      base64url.decode(valid.attestationObject) as never,
    )
    const authData = Uint8Array.from(decoded.get('authData') ?? [])
    authData.fill(1, authData.length - 32)
    const attestation = { ...valid, attestationObject: attestationObject(authData) }
    await expect(finishRegistration(erin, attestation)).rejects.toEqual(authError('passkeyRefused'))
  })

  it('W05 ignores the attestation statement', async () => {
    const { erin, startRegistration, finishRegistration } = await setUp()
    const options = await startRegistration(erin)
    const valid = await createAuthenticator().create(options)
    const decoded = isoCBOR.decodeFirst<Map<string, Uint8Array>>(
      base64url.decode(valid.attestationObject) as never,
    )
    const object = attestationObject(decoded.get('authData') ?? new Uint8Array(), 'android-safetynet')
    await finishRegistration(erin, { ...valid, attestationObject: object })
  })

  it('W05 rejects every response with a changed byte', async () => {
    const { erin, startSignIn, finishSignIn, authenticator, startRegistration, finishRegistration } =
      await setUp({ counts: false })
    const codes = new Set<string>()
    const collect = (error: { code?: string }) => codes.add(error.code ?? String(error))
    for (let round = 0; round < 150; round++) {
      const options = await startRegistration(erin)
      const valid = await createAuthenticator().create(options)
      const attestation = { ...valid, attestationObject: mutate(valid.attestationObject, round) }
      await finishRegistration(erin, attestation).catch(collect)

      const assertion = await authenticator.get(await startSignIn())
      const field = (['clientDataJSON', 'authenticatorData', 'signature'] as const)[round % 3] ?? 'signature'
      const changed = { ...assertion, [field]: mutate(assertion[field], round) }
      await expect(finishSignIn(changed).catch(collect)).resolves.toBe(codes)
    }
    expect([...codes].sort()).toEqual(['passkeyChallengeNotFound', 'passkeyRefused'])
  })
})

/** Deletes, changes or inserts one byte. */
function mutate(text: string, seed: number) {
  const bytes = [...base64url.decode(text)]
  const at = (seed * 7919) % bytes.length
  const another = (bytes[at] ?? 0) ^ (1 + (seed % 255))
  if (seed % 3 === 0) bytes.splice(at, 1)
  else if (seed % 3 === 1) bytes[at] = another
  else bytes.splice(at, 0, another)
  return base64url.encode(Uint8Array.from(bytes))
}
