import { isoCBOR } from '@simplewebauthn/server/helpers'
import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
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
import { attestationObject, createAuthenticator, type Overrides } from '../support/authenticator.ts'
import { inParallel, requestMeta, testCore, times } from './oauth.fixture.ts'

const site = {
  rpId: 'localhost',
  rpName: 'Test',
  allowsOrigin: (origin: string) => ['http://localhost:3000', 'android:apk-key-hash:abc'].includes(origin),
}
const realm = ''
const browserNonce = 'this browser'

/** A core with two users, the first of whom has a passkey. */
async function scene(options?: { counts: boolean }) {
  const world = testCore()
  const { core } = world
  const ada = newUser(core, { realm, email: 'ada@example.org', name: 'Ada' })
  const erin = newUser(core, { realm, email: 'erin@example.org', name: 'Erin' })
  await core.store.write([insert('users', ada), insert('users', erin)])
  const authenticator = createAuthenticator(options)
  const begin = await startPasskeyRegistration(core, site, { user: ada })
  const attestation = await authenticator.create(begin)
  await finishPasskeyRegistration(core, site, { user: ada, attestation, requestMeta })

  const startSignIn = (email?: string) => startPasskeySignIn(core, site, { realm, browserNonce, email })
  const finishSignIn = (
    assertion: Awaited<ReturnType<typeof authenticator.get>>,
    cookie: string | null = browserNonce,
  ) => finishPasskeySignIn(core, site, { realm, browserNonce: cookie, assertion, requestMeta })
  const signIn = async (mischief?: Overrides) =>
    finishSignIn(await authenticator.get(await startSignIn(), mischief))
  const register = async (user: typeof ada, mischief?: Overrides, device = createAuthenticator()) => {
    const options = await startPasskeyRegistration(core, site, { user })
    return finishPasskeyRegistration(core, site, {
      user,
      attestation: await device.create(options, mischief),
      requestMeta,
    })
  }
  const counter = async () => (await core.store.find('passkeys', { userId: ada.id }))?.counter
  return { ...world, ada, erin, authenticator, startSignIn, finishSignIn, signIn, register, counter }
}

const refused = (code: string) => expect.objectContaining({ name: 'AuthError', code })

describe('a passkey', () => {
  it('signs its owner in, again and again, each time with a new session', async () => {
    const { core, ada, signIn } = await scene()
    const [first, second] = [await signIn(), await signIn()]
    expect(first.user.id).toBe(ada.id)
    expect(second.session.id).not.toBe(first.session.id)
    expect(await authenticate(core, { token: second.accessToken })).toMatchObject({ userId: ada.id })
  })

  it('opens an account that did not exist', async () => {
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
    const options = await startPasskeySignUp(core, site, start)
    expect(options.user).toMatchObject({ name: 'sam@example.com', displayName: 'Sam' })
    expect(options).not.toHaveProperty('excludeCredentials')
    expect(await counts()).toMatchObject({ users: 0 })

    const contexts: unknown[] = []
    const issued = await finishPasskeySignUp(core, site, {
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

    const assertion = await authenticator.get(await startPasskeySignIn(core, site, { realm, browserNonce }))
    const again = await finishPasskeySignIn(core, site, { realm, browserNonce, assertion, requestMeta })
    expect(again.user.id).toBe(issued.user.id)
  })

  it('leaves no half account behind when something else cannot come into being with it', async () => {
    const { core, counts } = testCore()
    const start = { realm, email: 'sam@example.com', name: 'Sam', browserNonce, requestMeta }
    const options = await startPasskeySignUp(core, site, start)
    const attestation = await createAuthenticator().create(options)
    const extraChanges = () => {
      throw new Error('no room')
    }
    await expect(
      finishPasskeySignUp(core, site, { realm, browserNonce, attestation, extraChanges, requestMeta }),
    ).rejects.toThrow('room')
    expect(await counts()).toMatchObject({ users: 0, passkeys: 0, sessions: 0, oneTimeTokens: 0 })
  })

  it('is only for those who are no guests', async () => {
    const { core } = testCore()
    const guest = newUser(core, { realm, email: null, name: 'Visitor', provider: 'guest' })
    await expect(startPasskeyRegistration(core, site, { user: guest })).rejects.toEqual(
      refused('guestNotAllowed'),
    )
  })

  it('signs nobody in whom the operator has disabled, and says so only to its holder', async () => {
    const { core, ada, signIn, startSignIn } = await scene()
    await core.store.write([update('users', { id: ada.id }, { status: 'disabled' })])
    await expect(signIn()).rejects.toEqual(refused('userDisabled'))
    await expect(signIn({ forged: true })).rejects.toEqual(refused('passkeyRefused'))
    expect((await startSignIn('ada@example.org')).allowCredentials).toEqual([])
  })
})

describe('E05: options', () => {
  it('list the passkeys of the address that was named, and none where there are none', async () => {
    const { startSignIn, authenticator } = await scene()
    const credential = { type: 'public-key', id: authenticator.credentialId }
    expect(await startSignIn()).not.toHaveProperty('allowCredentials')
    expect((await startSignIn(' ADA@example.org')).allowCredentials).toEqual([credential])
    for (const email of ['erin@example.org', 'nobody@example.com', 'no address', ''])
      expect((await startSignIn(email)).allowCredentials).toEqual([])
  })

  it('exclude the passkeys that the account has already', async () => {
    const { core, ada, authenticator } = await scene()
    const options = await startPasskeyRegistration(core, site, { user: ada })
    expect(options.excludeCredentials).toEqual([{ type: 'public-key', id: authenticator.credentialId }])
  })
})

describe('W01: a challenge', () => {
  it('is 256 random bits, of which only a hash is stored', async () => {
    const { startSignIn, dump } = await scene()
    const challenges = [(await startSignIn()).challenge, (await startSignIn()).challenge]
    expect(new Set(challenges).size).toBe(2)
    for (const challenge of challenges) {
      expect(base64url.decode(challenge)).toHaveLength(32)
      expect(await dump()).not.toContain(challenge)
    }
  })

  it('is answered once: a replayed assertion is refused', async () => {
    const { startSignIn, finishSignIn, authenticator } = await scene()
    const assertion = await authenticator.get(await startSignIn())
    await finishSignIn(assertion)
    await expect(finishSignIn(assertion)).rejects.toEqual(refused('passkeyChallengeNotFound'))
  })

  it('opens one session for 20 answers at once', async () => {
    const { startSignIn, finishSignIn, authenticator, counts } = await scene({ counts: false })
    const assertion = await authenticator.get(await startSignIn())
    const { succeeded, codes } = await inParallel(times(20, assertion), (one) => finishSignIn(one))
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['passkeyChallengeNotFound'] })
    expect(await counts()).toMatchObject({ sessions: 1 })
  })

  it('is used up by a refused answer as well', async () => {
    const { startSignIn, finishSignIn, authenticator } = await scene()
    const options = await startSignIn()
    await expect(finishSignIn(await authenticator.get(options, { forged: true }))).rejects.toEqual(
      refused('passkeyRefused'),
    )
    await expect(finishSignIn(await authenticator.get(options))).rejects.toEqual(
      refused('passkeyChallengeNotFound'),
    )
  })

  it('lives 300 seconds', async () => {
    const { startSignIn, finishSignIn, authenticator, advance } = await scene()
    const [kept, lost] = [await startSignIn(), await startSignIn()]
    advance(299)
    await finishSignIn(await authenticator.get(kept))
    advance(1)
    await expect(finishSignIn(await authenticator.get(lost))).rejects.toEqual(
      refused('passkeyChallengeNotFound'),
    )
  })

  it('of a registration is replaced by the next one', async () => {
    const { core, ada } = await scene()
    const [older, newer] = [
      await startPasskeyRegistration(core, site, { user: ada }),
      await startPasskeyRegistration(core, site, { user: ada }),
    ]
    const finish = async (options: typeof older) =>
      finishPasskeyRegistration(core, site, {
        user: ada,
        attestation: await createAuthenticator().create(options),
        requestMeta,
      })
    await expect(finish(older)).rejects.toEqual(refused('passkeyChallengeNotFound'))
    await finish(newer)
  })
})

describe('W02: an answer', () => {
  it('works in the browser that asked, or without cookies, and in no other browser', async () => {
    const { startSignIn, finishSignIn, authenticator } = await scene()
    const options = await startSignIn()
    await expect(finishSignIn(await authenticator.get(options), 'another browser')).rejects.toEqual(
      refused('passkeyChallengeNotFound'),
    )
    await finishSignIn(await authenticator.get(options), null)
  })

  it('to the challenge of another ceremony, user or realm is refused', async () => {
    const { core, ada, erin, authenticator, finishSignIn, startSignIn } = await scene()
    const notFound = refused('passkeyChallengeNotFound')

    const registration = await startPasskeyRegistration(core, site, { user: ada })
    await expect(
      finishSignIn(await authenticator.get({ challenge: registration.challenge, rpId: 'localhost' })),
    ).rejects.toEqual(notFound)

    const device = createAuthenticator()
    await expect(
      finishPasskeyRegistration(core, site, {
        user: erin,
        attestation: await device.create(registration),
        requestMeta,
      }),
    ).rejects.toEqual(notFound)
    await expect(
      finishPasskeySignUp(core, site, {
        realm,
        browserNonce,
        attestation: await device.create(registration),
        requestMeta,
      }),
    ).rejects.toEqual(notFound)

    const elsewhere = await authenticator.get(await startSignIn())
    await expect(
      finishPasskeySignIn(core, site, { realm: 'other', browserNonce, assertion: elsewhere, requestMeta }),
    ).rejects.toEqual(notFound)
  })

  it("by somebody else's passkey to options for one account is refused", async () => {
    const { erin, register, startSignIn, finishSignIn } = await scene()
    const device = createAuthenticator()
    await register(erin, {}, device)
    await expect(finishSignIn(await device.get(await startSignIn('ada@example.org')))).rejects.toEqual(
      refused('passkeyRefused'),
    )
  })

  const mischiefs: [string, Overrides][] = [
    ['another site', { origin: 'https://evil.example' }],
    ['a sub-domain', { origin: 'http://sub.localhost:3000' }],
    ['another scheme', { origin: 'https://localhost:3000' }],
    ['another port', { origin: 'http://localhost:3001' }],
    ['no port', { origin: 'http://localhost' }],
    ['a slash at the end', { origin: 'http://localhost:3000/' }],
    ['a frame of another site', { crossOrigin: true }],
    ['a frame, as it says', { topOrigin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['an authenticator that nobody touched', { flags: 0x44 }],
    ['another type', { type: 'payment.get' }],
  ]

  it.each(mischiefs)('from %s signs nobody in', async (_, mischief) => {
    const { signIn, counts } = await scene()
    const flags = mischief.flags === undefined ? {} : { flags: 0x04 }
    await expect(signIn({ ...mischief, ...flags })).rejects.toEqual(refused('passkeyRefused'))
    expect(await counts()).toMatchObject({ sessions: 0 })
  })

  it.each(mischiefs)('from %s registers nothing', async (_, mischief) => {
    const { erin, register, counts } = await scene()
    await expect(register(erin, mischief)).rejects.toEqual(refused('passkeyRefused'))
    expect(await counts()).toMatchObject({ passkeys: 1 })
  })

  it('signed by another key, or with the handle of another user, is refused', async () => {
    const { erin, signIn } = await scene()
    await expect(signIn({ forged: true })).rejects.toEqual(refused('passkeyRefused'))
    await expect(signIn({ userHandle: base64url.encode(erin.id) })).rejects.toEqual(refused('passkeyRefused'))
    await signIn({ userHandle: null })
  })

  it('from any of the allowed origins counts', async () => {
    const { signIn } = await scene()
    await signIn({ origin: 'android:apk-key-hash:abc' })
  })

  it('of a passkey that nobody has is told apart, so that the device may forget it', async () => {
    const { signIn } = await scene()
    await expect(signIn({ credentialId: base64url.encode('nobody has this') })).rejects.toEqual(
      refused('passkeyNotFound'),
    )
  })
})

describe('W03: a signature counter', () => {
  it('that does not advance means a copy, is refused and recorded', async () => {
    const { signIn, counter, counts, events } = await scene()
    await signIn({ counter: 10 })
    for (const stale of [9, 10, 0])
      await expect(signIn({ counter: stale })).rejects.toEqual(refused('passkeyCloned'))
    expect(await counts()).toMatchObject({ sessions: 1 })
    expect(events.at(-1)).toMatchObject({
      name: 'passkeySignIn',
      outcome: 'refused',
      reason: 'passkeyCloned',
    })
    await signIn({ counter: 11 })
    expect(await counter()).toBe(11)
  })

  it('that goes back is never a reason to call a forged signature a copy', async () => {
    const { signIn } = await scene()
    await signIn({ counter: 10 })
    await expect(signIn({ counter: 9, forged: true })).rejects.toEqual(refused('passkeyRefused'))
  })

  it('may stay at zero for ever', async () => {
    const { signIn, counter } = await scene({ counts: false })
    await signIn()
    await signIn()
    expect(await counter()).toBe(0)
  })

  it('lets one of many answers with the same count through, whatever the challenges', async () => {
    const { startSignIn, finishSignIn, authenticator } = await scene()
    const challenges = await Promise.all(times(10, undefined).map(() => startSignIn()))
    const assertions = await Promise.all(
      challenges.map((options) => authenticator.get(options, { counter: 5 })),
    )
    const { succeeded, codes } = await inParallel(assertions, (assertion) => finishSignIn(assertion))
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['passkeyCloned'] })
  })
})

describe('W04: a credential id', () => {
  it('belongs to one account only, at registration and at sign-up', async () => {
    const { core, erin, authenticator, register, counts } = await scene()
    const { credentialId } = authenticator
    await expect(register(erin, { credentialId })).rejects.toEqual(refused('passkeyTaken'))

    const start = { realm, email: 'sam@example.com', name: 'Sam', browserNonce, requestMeta }
    const options = await startPasskeySignUp(core, site, start)
    const attestation = await createAuthenticator().create(options, { credentialId })
    await expect(
      finishPasskeySignUp(core, site, { realm, browserNonce, attestation, requestMeta }),
    ).rejects.toEqual(refused('passkeyTaken'))
    expect(await counts()).toMatchObject({ users: 2, passkeys: 1, sessions: 0 })
  })

  it('of more than 1023 bytes is refused', async () => {
    const { erin, register } = await scene()
    const credentialId = base64url.encode(new Uint8Array(1024))
    await expect(register(erin, { credentialId })).rejects.toEqual(refused('passkeyRefused'))
  })

  it('is registered next to a user handle that says nothing about its user', async () => {
    const { core, ada } = await scene()
    const { user } = await startPasskeyRegistration(core, site, { user: ada })
    expect(new TextDecoder().decode(base64url.decode(user.id))).toBe(ada.id)
  })
})

describe('an address at passkey sign-up', () => {
  it('that is taken is refused at the start, and at the end if it was taken meanwhile', async () => {
    const { core, counts } = await scene()
    const start = { realm, name: 'Sam', browserNonce, requestMeta }
    await expect(startPasskeySignUp(core, site, { ...start, email: 'ada@example.org' })).rejects.toEqual(
      refused('emailTaken'),
    )
    const attestations = await Promise.all(
      times(3, 'sam@example.com').map(async (email) =>
        createAuthenticator().create(await startPasskeySignUp(core, site, { ...start, email })),
      ),
    )
    const { succeeded, codes } = await inParallel(attestations, (attestation) =>
      finishPasskeySignUp(core, site, { realm, browserNonce, attestation, requestMeta }),
    )
    expect({ succeeded, codes }).toEqual({ succeeded: 1, codes: ['emailTaken'] })
    expect(await counts()).toMatchObject({ users: 3, passkeys: 2, sessions: 1 })
  })
})

describe('W05: what no authenticator makes', () => {
  it('is refused, whatever it is', async () => {
    const { core, erin, register } = await scene()
    for (const alg of [-8, -35, -65535, 0, 7])
      await expect(register(erin, { alg })).rejects.toEqual(refused('passkeyRefused'))

    const nested = new Uint8Array(40_000).fill(0x81)
    const endless = new Uint8Array([0xbb, 0x00, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    for (const bytes of [
      new Uint8Array(0),
      nested,
      endless,
      new Uint8Array(60_000),
      isoCBOR.encode('text'),
    ]) {
      const options = await startPasskeyRegistration(core, site, { user: erin })
      const { clientDataJSON } = await createAuthenticator().create(options)
      for (const attestationObject of [base64url.encode(bytes), '!', '']) {
        const attempt = finishPasskeyRegistration(core, site, {
          user: erin,
          attestation: { clientDataJSON, attestationObject },
          requestMeta,
        })
        await expect(attempt).rejects.toEqual(expect.objectContaining({ name: 'AuthError' }))
      }
    }
  })

  it('has no challenge when its client data is none', async () => {
    const { finishSignIn, authenticator, startSignIn } = await scene()
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
        refused('passkeyChallengeNotFound'),
      )
    await expect(finishSignIn({ ...assertion, clientDataJSON: '%%%' })).rejects.toEqual(
      refused('passkeyChallengeNotFound'),
    )
  })

  it('is a key that is not on its curve', async () => {
    const { core, erin } = await scene()
    const options = await startPasskeyRegistration(core, site, { user: erin })
    const honest = await createAuthenticator().create(options)
    const decoded = isoCBOR.decodeFirst<Map<string, Uint8Array>>(
      base64url.decode(honest.attestationObject) as never,
    )
    const authData = Uint8Array.from(decoded.get('authData') ?? [])
    authData.fill(1, authData.length - 32)
    const attestation = { ...honest, attestationObject: attestationObject(authData) }
    await expect(
      finishPasskeyRegistration(core, site, { user: erin, attestation, requestMeta }),
    ).rejects.toEqual(refused('passkeyRefused'))
  })

  it('is never believed for its attestation statement, which is not even read', async () => {
    const { core, erin } = await scene()
    const options = await startPasskeyRegistration(core, site, { user: erin })
    const honest = await createAuthenticator().create(options)
    const decoded = isoCBOR.decodeFirst<Map<string, Uint8Array>>(
      base64url.decode(honest.attestationObject) as never,
    )
    const object = attestationObject(decoded.get('authData') ?? new Uint8Array(), 'android-safetynet')
    await finishPasskeyRegistration(core, site, {
      user: erin,
      attestation: { ...honest, attestationObject: object },
      requestMeta,
    })
  })

  it('is a refusal for any answer with some bytes changed, and never a sign-in', async () => {
    const { erin, core, startSignIn, finishSignIn, authenticator } = await scene({ counts: false })
    const codes = new Set<string>()
    const collect = (error: { code?: string }) => codes.add(error.code ?? String(error))
    for (let round = 0; round < 150; round++) {
      const options = await startPasskeyRegistration(core, site, { user: erin })
      const honest = await createAuthenticator().create(options)
      const attestation = { ...honest, attestationObject: mutate(honest.attestationObject, round) }
      await finishPasskeyRegistration(core, site, { user: erin, attestation, requestMeta }).catch(collect)

      const assertion = await authenticator.get(await startSignIn())
      const field = (['clientDataJSON', 'authenticatorData', 'signature'] as const)[round % 3] ?? 'signature'
      const changed = { ...assertion, [field]: mutate(assertion[field], round) }
      await expect(finishSignIn(changed).catch(collect)).resolves.toBe(codes)
    }
    expect([...codes].sort()).toEqual(['passkeyChallengeNotFound', 'passkeyRefused'])
  })
})

/** Drops, changes or inserts a byte, so that another one stands in its place. */
function mutate(text: string, seed: number) {
  const bytes = [...base64url.decode(text)]
  const at = (seed * 7919) % bytes.length
  const another = (bytes[at] ?? 0) ^ (1 + (seed % 255))
  if (seed % 3 === 0) bytes.splice(at, 1)
  else if (seed % 3 === 1) bytes[at] = another
  else bytes.splice(at, 0, another)
  return base64url.encode(Uint8Array.from(bytes))
}
