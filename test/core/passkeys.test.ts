import { isoCBOR } from '@simplewebauthn/server/helpers'
import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  attestationObject,
  createAuthenticator,
  type Overrides,
} from '../../src/conformance/world/authenticator.ts'
import { newUser } from '../../src/core/accounts.ts'
import {
  finishPasskeyRegistration,
  finishPasskeySignIn,
  finishPasskeySignUp,
  startPasskeyRegistration,
  startPasskeySignIn,
  startPasskeySignUp,
} from '../../src/core/passkeys.ts'
import { authenticate } from '../../src/core/sessions.ts'
import { insert, update } from '../../src/core/store.ts'
import { inParallel, requestMeta, testCore, times } from './oauth.fixture.ts'

const relyingParty = {
  rpId: 'localhost',
  rpName: 'Test',
  allowsOrigin: (origin: string) => ['http://localhost:3000', 'android:apk-key-hash:abc'].includes(origin),
}
const realm = ''
const browserNonce = 'this browser'

/** Creates a core with two users, Ada and Erin. Ada has a passkey. */
async function setUp(options?: { counts: boolean }) {
  const fixture = testCore()
  const { core } = fixture
  const ada = newUser(core, { realm, email: 'ada@example.org', name: 'Ada' })
  const erin = newUser(core, { realm, email: 'erin@example.org', name: 'Erin' })
  await core.store.write([insert('users', ada), insert('users', erin)])
  const authenticator = createAuthenticator(options)
  const creationOptions = await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] })
  const attestation = await authenticator.create(creationOptions)
  await finishPasskeyRegistration(core, relyingParty, { user: ada, attestation, authority: [], requestMeta })

  const startSignIn = (email?: string) =>
    startPasskeySignIn(core, relyingParty, { realm, browserNonce, email })
  const finishSignIn = (
    assertion: Awaited<ReturnType<typeof authenticator.get>>,
    cookie: string | null = browserNonce,
  ) => finishPasskeySignIn(core, relyingParty, { realm, browserNonce: cookie, assertion, requestMeta })
  const signIn = async (tampering?: Overrides) =>
    finishSignIn(await authenticator.get(await startSignIn(), tampering))
  const register = async (user: typeof ada, tampering?: Overrides, device = createAuthenticator()) => {
    const options = await startPasskeyRegistration(core, relyingParty, { user, authority: [] })
    return finishPasskeyRegistration(core, relyingParty, {
      user,
      attestation: await device.create(options, tampering),
      authority: [],
      requestMeta,
    })
  }
  const counter = async () => (await core.store.find('passkeys', { userId: ada.id }))?.counter
  return { ...fixture, ada, erin, authenticator, startSignIn, finishSignIn, signIn, register, counter }
}

const authError = (code: string) => expect.objectContaining({ name: 'AuthError', code })

describe('passkeys', () => {
  it('signs the owner in with a new session each time', async () => {
    const { core, ada, signIn } = await setUp()
    const [first, second] = [await signIn(), await signIn()]
    expect(first.user.id).toBe(ada.id)
    expect(second.session.id).not.toBe(first.session.id)
    expect(await authenticate(core, { token: second.accessToken })).toMatchObject({ userId: ada.id })
  })

  it('signs up a new account and signs it in', async () => {
    const { core, counts } = testCore()
    const authenticator = createAuthenticator()
    const start = {
      realm,
      email: ' Sam@Example.com ',
      name: 'Sam',
      browserNonce,
      context: { invitation: 7 },
      requestMeta,
    }
    const options = await startPasskeySignUp(core, relyingParty, start)
    expect(options.user).toMatchObject({ name: 'sam@example.com', displayName: 'Sam' })
    expect(options).not.toHaveProperty('excludeCredentials')
    expect(await counts()).toMatchObject({ users: 0 })

    const contexts: unknown[] = []
    const issued = await finishPasskeySignUp(core, relyingParty, {
      realm,
      browserNonce,
      attestation: await authenticator.create(options),
      extraChanges: (_, context) => {
        contexts.push(context)
        return []
      },
      requestMeta,
    })
    expect(issued.user).toMatchObject({ email: 'sam@example.com', provider: 'passkey', passwordHash: null })
    expect(base64url.encode(issued.user.id)).toBe(options.user.id)
    expect(contexts).toEqual([{ invitation: 7 }])

    const assertion = await authenticator.get(
      await startPasskeySignIn(core, relyingParty, { realm, browserNonce }),
    )
    const again = await finishPasskeySignIn(core, relyingParty, {
      realm,
      browserNonce,
      assertion,
      requestMeta,
    })
    expect(again.user.id).toBe(issued.user.id)
  })

  it('writes nothing if the extra changes of a sign-up fail', async () => {
    const { core, counts } = testCore()
    const start = { realm, email: 'sam@example.com', name: 'Sam', browserNonce, requestMeta }
    const options = await startPasskeySignUp(core, relyingParty, start)
    const attestation = await createAuthenticator().create(options)
    const extraChanges = () => {
      throw new Error('not available')
    }
    await expect(
      finishPasskeySignUp(core, relyingParty, {
        realm,
        browserNonce,
        attestation,
        extraChanges,
        requestMeta,
      }),
    ).rejects.toThrow('not available')
    expect(await counts()).toMatchObject({ users: 0, passkeys: 0, sessions: 0, oneTimeTokens: 0 })
  })

  it('rejects guests who add a passkey', async () => {
    const { core } = testCore()
    const guest = newUser(core, { realm, email: null, name: 'Visitor', provider: 'guest' })
    await expect(
      startPasskeyRegistration(core, relyingParty, { user: guest, authority: [] }),
    ).rejects.toEqual(authError('guestNotAllowed'))
  })

  it('rejects disabled users, and says so only to the owner of the passkey', async () => {
    const { core, ada, signIn, startSignIn } = await setUp()
    await core.store.write([update('users', { id: ada.id }, { status: 'disabled' })])
    await expect(signIn()).rejects.toEqual(authError('userDisabled'))
    await expect(signIn({ forged: true })).rejects.toEqual(authError('passkeyRefused'))
    expect((await startSignIn('ada@example.org')).allowCredentials).toEqual([])
  })
})

describe('passkey options', () => {
  it('E05 lists the passkeys of a given email, and none for unknown emails', async () => {
    const { startSignIn, authenticator } = await setUp()
    const credential = { type: 'public-key', id: authenticator.credentialId }
    expect(await startSignIn()).not.toHaveProperty('allowCredentials')
    expect((await startSignIn(' ADA@example.org')).allowCredentials).toEqual([credential])
    for (const email of ['erin@example.org', 'unknown@example.com', 'not an email', ''])
      expect((await startSignIn(email)).allowCredentials).toEqual([])
  })

  it('E05 excludes the existing passkeys of the account from registration', async () => {
    const { core, ada, authenticator } = await setUp()
    const options = await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] })
    expect(options.excludeCredentials).toEqual([{ type: 'public-key', id: authenticator.credentialId }])
  })
})

describe('passkey challenges', () => {
  it('W01 creates challenges of 256 random bits and stores only their hash', async () => {
    const { startSignIn, dump } = await setUp()
    const challenges = [(await startSignIn()).challenge, (await startSignIn()).challenge]
    expect(new Set(challenges).size).toBe(2)
    for (const challenge of challenges) {
      expect(base64url.decode(challenge)).toHaveLength(32)
      expect(await dump()).not.toContain(challenge)
    }
  })

  it('W01 rejects a replayed assertion', async () => {
    const { startSignIn, finishSignIn, authenticator } = await setUp()
    const assertion = await authenticator.get(await startSignIn())
    await finishSignIn(assertion)
    await expect(finishSignIn(assertion)).rejects.toEqual(authError('passkeyChallengeNotFound'))
  })

  it('W01 opens one session for 20 concurrent assertions with one challenge', async () => {
    const { startSignIn, finishSignIn, authenticator, counts } = await setUp({ counts: false })
    const assertion = await authenticator.get(await startSignIn())
    const { succeeded, codes } = await inParallel(times(20, assertion), (one) => finishSignIn(one))
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['passkeyChallengeNotFound'] })
    expect(await counts()).toMatchObject({ sessions: 1 })
  })

  it('W01 consumes the challenge of a rejected assertion as well', async () => {
    const { startSignIn, finishSignIn, authenticator } = await setUp()
    const options = await startSignIn()
    await expect(finishSignIn(await authenticator.get(options, { forged: true }))).rejects.toEqual(
      authError('passkeyRefused'),
    )
    await expect(finishSignIn(await authenticator.get(options))).rejects.toEqual(
      authError('passkeyChallengeNotFound'),
    )
  })

  it('W01 accepts a challenge for 300 seconds', async () => {
    const { startSignIn, finishSignIn, authenticator, advance } = await setUp()
    const [first, second] = [await startSignIn(), await startSignIn()]
    advance(299)
    await finishSignIn(await authenticator.get(first))
    advance(1)
    await expect(finishSignIn(await authenticator.get(second))).rejects.toEqual(
      authError('passkeyChallengeNotFound'),
    )
  })

  it('W01 replaces the challenge of a registration by the next one', async () => {
    const { core, ada } = await setUp()
    const [older, newer] = [
      await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] }),
      await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] }),
    ]
    const finish = async (options: typeof older) =>
      finishPasskeyRegistration(core, relyingParty, {
        user: ada,
        attestation: await createAuthenticator().create(options),
        authority: [],
        requestMeta,
      })
    await expect(finish(older)).rejects.toEqual(authError('passkeyChallengeNotFound'))
    await finish(newer)
  })
})

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
    const { core, ada, erin, authenticator, finishSignIn, startSignIn } = await setUp()
    const notFound = authError('passkeyChallengeNotFound')

    const registration = await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] })
    await expect(
      finishSignIn(await authenticator.get({ challenge: registration.challenge, rpId: 'localhost' })),
    ).rejects.toEqual(notFound)

    const device = createAuthenticator()
    await expect(
      finishPasskeyRegistration(core, relyingParty, {
        user: erin,
        attestation: await device.create(registration),
        authority: [],
        requestMeta,
      }),
    ).rejects.toEqual(notFound)
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

describe('signature counters', () => {
  it('W03 rejects a counter that does not increase as a cloned passkey, and records it', async () => {
    const { signIn, counter, counts, events } = await setUp()
    await signIn({ counter: 10 })
    for (const stale of [9, 10, 0])
      await expect(signIn({ counter: stale })).rejects.toEqual(authError('passkeyCloned'))
    expect(await counts()).toMatchObject({ sessions: 1 })
    expect(events.at(-1)).toMatchObject({
      name: 'passkeySignIn',
      outcome: 'refused',
      reason: 'passkeyCloned',
    })
    await signIn({ counter: 11 })
    expect(await counter()).toBe(11)
  })

  it('W03 rejects a bad signature before checking the counter', async () => {
    const { signIn } = await setUp()
    await signIn({ counter: 10 })
    await expect(signIn({ counter: 9, forged: true })).rejects.toEqual(authError('passkeyRefused'))
  })

  it('W03 accepts authenticators whose counter is always zero', async () => {
    const { signIn, counter } = await setUp({ counts: false })
    await signIn()
    await signIn()
    expect(await counter()).toBe(0)
  })

  it('W03 accepts only one of several concurrent assertions with the same counter', async () => {
    const { startSignIn, finishSignIn, authenticator } = await setUp()
    const challenges = await Promise.all(times(10, undefined).map(() => startSignIn()))
    const assertions = await Promise.all(
      challenges.map((options) => authenticator.get(options, { counter: 5 })),
    )
    const { succeeded, codes } = await inParallel(assertions, (assertion) => finishSignIn(assertion))
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['passkeyCloned'] })
  })
})

describe('credential ids', () => {
  it('W04 rejects a credential id that another account has, at registration and sign-up', async () => {
    const { core, erin, authenticator, register, counts } = await setUp()
    const { credentialId } = authenticator
    await expect(register(erin, { credentialId })).rejects.toEqual(authError('passkeyTaken'))

    const start = { realm, email: 'sam@example.com', name: 'Sam', browserNonce, requestMeta }
    const options = await startPasskeySignUp(core, relyingParty, start)
    const attestation = await createAuthenticator().create(options, { credentialId })
    await expect(
      finishPasskeySignUp(core, relyingParty, { realm, browserNonce, attestation, requestMeta }),
    ).rejects.toEqual(authError('passkeyTaken'))
    expect(await counts()).toMatchObject({ users: 2, passkeys: 1, sessions: 0 })
  })

  it('W04 rejects credential ids of more than 1023 bytes', async () => {
    const { erin, register } = await setUp()
    const credentialId = base64url.encode(new Uint8Array(1024))
    await expect(register(erin, { credentialId })).rejects.toEqual(authError('passkeyRefused'))
  })

  it('W04 uses the random user id as the user handle', async () => {
    const { core, ada } = await setUp()
    const { user } = await startPasskeyRegistration(core, relyingParty, { user: ada, authority: [] })
    expect(new TextDecoder().decode(base64url.decode(user.id))).toBe(ada.id)
  })
})

describe('emails at passkey sign-up', () => {
  it('rejects an email that is taken at the start or by the end of a sign-up', async () => {
    const { core, counts } = await setUp()
    const start = { realm, name: 'Sam', browserNonce, requestMeta }
    await expect(
      startPasskeySignUp(core, relyingParty, { ...start, email: 'ada@example.org' }),
    ).rejects.toEqual(authError('emailTaken'))
    const attestations = await Promise.all(
      times(3, 'sam@example.com').map(async (email) =>
        createAuthenticator().create(await startPasskeySignUp(core, relyingParty, { ...start, email })),
      ),
    )
    const { succeeded, codes } = await inParallel(attestations, (attestation) =>
      finishPasskeySignUp(core, relyingParty, { realm, browserNonce, attestation, requestMeta }),
    )
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['emailTaken'] })
    expect(await counts()).toMatchObject({ users: 3, passkeys: 2, sessions: 1 })
  })
})

describe('malformed passkey responses', () => {
  it('W05 rejects unsupported algorithms and malformed attestation objects', async () => {
    const { core, erin, register } = await setUp()
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
      const options = await startPasskeyRegistration(core, relyingParty, { user: erin, authority: [] })
      const { clientDataJSON } = await createAuthenticator().create(options)
      for (const attestationObject of [base64url.encode(bytes), '!', '']) {
        const attempt = finishPasskeyRegistration(core, relyingParty, {
          user: erin,
          authority: [],
          attestation: { clientDataJSON, attestationObject },
          requestMeta,
        })
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
    const { core, erin } = await setUp()
    const options = await startPasskeyRegistration(core, relyingParty, { user: erin, authority: [] })
    const valid = await createAuthenticator().create(options)
    const decoded = isoCBOR.decodeFirst<Map<string, Uint8Array>>(
      base64url.decode(valid.attestationObject) as never,
    )
    const authData = Uint8Array.from(decoded.get('authData') ?? [])
    authData.fill(1, authData.length - 32)
    const attestation = { ...valid, attestationObject: attestationObject(authData) }
    await expect(
      finishPasskeyRegistration(core, relyingParty, { user: erin, attestation, authority: [], requestMeta }),
    ).rejects.toEqual(authError('passkeyRefused'))
  })

  it('W05 ignores the attestation statement', async () => {
    const { core, erin } = await setUp()
    const options = await startPasskeyRegistration(core, relyingParty, { user: erin, authority: [] })
    const valid = await createAuthenticator().create(options)
    const decoded = isoCBOR.decodeFirst<Map<string, Uint8Array>>(
      base64url.decode(valid.attestationObject) as never,
    )
    const object = attestationObject(decoded.get('authData') ?? new Uint8Array(), 'android-safetynet')
    await finishPasskeyRegistration(core, relyingParty, {
      user: erin,
      authority: [],
      attestation: { ...valid, attestationObject: object },
      requestMeta,
    })
  })

  it('W05 rejects every response with a changed byte', async () => {
    const { erin, core, startSignIn, finishSignIn, authenticator } = await setUp({ counts: false })
    const codes = new Set<string>()
    const collect = (error: { code?: string }) => codes.add(error.code ?? String(error))
    for (let round = 0; round < 150; round++) {
      const options = await startPasskeyRegistration(core, relyingParty, { user: erin, authority: [] })
      const valid = await createAuthenticator().create(options)
      const attestation = { ...valid, attestationObject: mutate(valid.attestationObject, round) }
      await finishPasskeyRegistration(core, relyingParty, {
        user: erin,
        attestation,
        authority: [],
        requestMeta,
      }).catch(collect)

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
