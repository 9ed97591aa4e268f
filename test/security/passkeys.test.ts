import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthenticator, type Overrides } from '../../src/conformance/world/authenticator.ts'
import { isSlow } from '../support/slow.ts'
import { openPasskeys, sam } from '../variants/bedrud/ceremonies.ts'
import { ada, mary, statusAndError, tally } from '../variants/bedrud/support.ts'
import { engines, times } from './test-server.ts'

const invalidCredentials = [401, 'invalid credentials']
const cloned = [
  401,
  'authentication verification failed: possible cloned authenticator (signature counter did not advance)',
]

/** Tests passkeys on all storage engines. Tests that need no storage are in test/variants/bedrud. */
describe.each(Object.entries(engines))('bedrud on %s', (_, engine) => {
  const setUp = async () => openPasskeys({}, await engine())

  it('W01 creates random challenges and stores none', async () => {
    const { begin, bearer, store } = await setUp()
    const started = await Promise.all(
      times(10, async () => [
        await begin('login'),
        await begin('register', undefined, { bearer }),
        await begin('signup', sam),
      ]),
    )
    const challenges = started.flat().map(({ options }) => String(options.challenge))
    expect(new Set(challenges).size).toBe(30)
    const stored = JSON.stringify(await store.list('oneTimeTokens', {}, { orderBy: 'createdAt' }))
    for (const challenge of challenges) {
      expect(base64url.decode(challenge).length).toBeGreaterThanOrEqual(16)
      expect(stored).not.toContain(challenge)
    }
  })

  it('W01 opens one session for 20 concurrent assertions and rejects later ones', async () => {
    const { begin, post, device, store } = await setUp()
    const { options, cookie } = await begin('login')
    const assertion = await device.get(options)
    const before = await store.count('sessions', { userId: mary.id })
    const responses = await Promise.all(times(20, () => post('/passkey/login/finish', assertion, { cookie })))
    expect(tally(responses)).toEqual({ 200: 1, 400: 19 })
    expect((await store.count('sessions', { userId: mary.id })) - before).toBe(1)
    expect((await post('/passkey/login/finish', assertion, { cookie })).status).toBe(400)
  })

  it('W01 creates one account for 20 concurrent attestations', async () => {
    const { begin, post, store } = await setUp()
    const { options, cookie } = await begin('signup', sam)
    const attestation = await createAuthenticator().create(options)
    const responses = await Promise.all(
      times(20, () => post('/passkey/signup/finish', attestation, { cookie })),
    )
    expect(tally(responses)).toEqual({ 200: 1, 400: 19 })
    expect(await store.count('users', { email: sam.email })).toBe(1)
  })

  it('W03 rejects a counter that does not increase as a cloned passkey, and records it', async () => {
    const { signIn, device, lines } = await setUp()
    expect((await signIn(device, { counter: 10 })).status).toBe(200)
    for (const counter of [9, 10, 0])
      expect(statusAndError(await signIn(device, { counter }))).toEqual(cloned)
    expect((await signIn(device, { counter: 11 })).status).toBe(200)
    expect(lines.filter(({ reason }) => reason === 'passkeyCloned')).toHaveLength(3)
  })

  it('W03 accepts only one of 20 concurrent assertions with the same counter', async () => {
    const { begin, post, device } = await setUp()
    const clones = await Promise.all(
      times(20, async () => {
        const { options, cookie } = await begin('login')
        return { cookie, assertion: await device.get(options, { counter: 10 }) }
      }),
    )
    const responses = await Promise.all(
      clones.map(({ cookie, assertion }) => post('/passkey/login/finish', assertion, { cookie })),
    )
    expect(tally(responses)).toEqual({ 200: 1, 401: 19 })
  })

  it('W03 accepts authenticators whose counter is always zero', async () => {
    const { register, signIn, bearer } = await setUp()
    const withoutCounter = createAuthenticator({ counts: false })
    await register(withoutCounter, bearer)
    for (let round = 0; round < 3; round++) expect((await signIn(withoutCounter)).status).toBe(200)
  })

  it('W04 rejects a credential id of another account and creates random user handles', async () => {
    const { begin, register, signUp, signIn, device, post, store, bearer } = await setUp()
    const adaToken = (await post('/login', ada)).body.accessToken
    const { credentialId } = device
    const otherDevice = createAuthenticator()
    const isTaken = [400, 'passkey already registered']
    expect(statusAndError(await register(otherDevice, adaToken, { credentialId }))).toEqual(isTaken)
    expect(statusAndError(await signUp(otherDevice, sam, { credentialId }))).toEqual(isTaken)
    expect(await store.count('users', { email: sam.email })).toBe(0)
    expect(statusAndError(await signIn(otherDevice))).toEqual(invalidCredentials)
    expect((await signIn(device)).body.user.id).toBe(mary.id)

    const handles = [
      (await begin('register', undefined, { bearer })).options.user.id,
      (await begin('signup', sam)).options.user.id,
      (await begin('signup', sam)).options.user.id,
    ].map((handle) => Buffer.from(handle, 'base64url').toString())
    expect(new Set(handles).size).toBe(3)
    for (const handle of handles) {
      expect(handle.length).toBeGreaterThanOrEqual(16)
      expect(handle).not.toMatch(/sam|mary|@|example/i)
    }
  })

  it('W04 registers a credential id for only one of 20 concurrent sign-ups', async () => {
    const { begin, post, store } = await setUp()
    const credentialId = base64url.encode('the same for all')
    const newcomers = await Promise.all(
      times(20, async (index) => {
        const { options, cookie } = await begin('signup', { ...sam, email: `sam${index}@example.com` })
        return { cookie, attestation: await createAuthenticator().create(options, { credentialId }) }
      }),
    )
    const before = await store.count('users', {})
    const responses = await Promise.all(
      newcomers.map(({ cookie, attestation }) => post('/passkey/signup/finish', attestation, { cookie })),
    )
    expect(tally(responses)).toEqual({ 200: 1, 400: 19 })
    expect((await store.count('users', {})) - before).toBe(1)
  })
})

describe('bedrud', () => {
  it.each<Overrides>([{ alg: -8 }, { alg: -65_535 }, { alg: 0 }, { alg: 7 }])(
    'W05 rejects an algorithm that was not offered: %j',
    async (tampering) => {
      const { register, bearer } = await openPasskeys()
      expect((await register(createAuthenticator(), bearer, tampering)).status).toBe(400)
    },
  )

  const rounds = isSlow ? 10_000 : 400
  it(`W05 rejects ${rounds} corrupted responses quickly and without errors`, async () => {
    const { begin, post, register, bearer, lines } = await openPasskeys()
    const device = createAuthenticator({ counts: false })
    await register(device, bearer)
    const slow: unknown[] = []
    for (let round = 0; round < rounds; round++) {
      const random = randomOf(round)
      const isSignIn = round % 2 === 0
      const { options, cookie } = isSignIn
        ? await begin('login')
        : await begin('signup', { ...sam, email: `sam${round}@example.com` })
      const valid = isSignIn ? await device.get(options) : await createAuthenticator().create(options)
      const corrupted = mutate(valid, random)
      const since = performance.now()
      const path = isSignIn ? '/passkey/login/finish' : '/passkey/signup/finish'
      const { status, body } = await post(path, corrupted, { cookie })
      // A thousand times the normal duration, so that a busy machine passes.
      if (performance.now() - since > 5_000) slow.push(corrupted)
      expect(status, `${round}: ${JSON.stringify(corrupted).slice(0, 500)}`).toBeLessThan(500)
      // A corrupted attestation can be another valid passkey, but a corrupted assertion has to be rejected.
      if (isSignIn && status === 200)
        expect(isEquivalent(valid, corrupted), JSON.stringify(corrupted)).toBe(true)
      if (status !== 200) expect(Object.keys(body)).toEqual(['error'])
    }
    expect(slow).toEqual([])
    expect(lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})

/** A seeded random generator (mulberry32), so that failures are reproducible. */
function randomOf(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Random = ReturnType<typeof randomOf>

/** Corrupts one field of a response: some of its bytes, or the whole value. */
function mutate(valid: Record<string, string | null>, random: Random): Record<string, unknown> {
  const names = Object.keys(valid).filter((name) => name !== 'userHandle' && name !== 'credentialId')
  const name = names[random(names.length)] ?? ''
  const bytes = [...bytesOf(valid[name] ?? '')]
  const at = random(bytes.length)
  const corrupted: (() => unknown)[] = [
    () => edited(bytes, (copy) => copy.splice(at, 1)),
    () => edited(bytes, (copy) => copy.splice(at, 0, random(256))),
    () => edited(bytes, (copy) => copy.splice(at, 1, (copy[at] ?? 0) ^ (1 + random(255)))),
    () => edited(bytes, (copy) => copy.splice(at)),
    () => edited(bytes, (copy) => copy.unshift(...copy.slice(0, at))),
    // CBOR: nested lists, a map with a length of 2^53, and a list of indefinite length.
    () => edited(bytes, (copy) => copy.splice(at, copy.length, ...new Array(2_000).fill(0x81))),
    () => edited(bytes, (copy) => copy.splice(at, 9, 0xbb, 0, 0x1f, 255, 255, 255, 255, 255, 255)),
    () => edited(bytes, (copy) => copy.splice(at, 1, 0x9f)),
    () => 'A'.repeat(30_000),
    () => '%%%',
    () => '',
    () => null,
    () => 7,
    () => [valid[name]],
    () => ({}),
  ]
  return { ...valid, [name]: corrupted[random(corrupted.length)]?.() }
}

/** Tells whether only the DER encoding of the signature differs, which the library tolerates. */
function isEquivalent(valid: Record<string, string | null>, corrupted: Record<string, unknown>): boolean {
  const [whole, other] = [bytesOf(valid.signature ?? ''), bytesOf(String(corrupted.signature))]
  const names = Object.keys(valid).filter((name) => name !== 'signature')
  const [r, s] = [whole.subarray(5, 35), whole.subarray(-31)]
  return names.every((name) => corrupted[name] === valid[name]) && other.includes(r) && other.includes(s)
}

const bytesOf = (text: string) => Buffer.from(text, 'base64url')

function edited(bytes: number[], edit: (copy: number[]) => void): string {
  const copy = [...bytes]
  edit(copy)
  return base64url.encode(Uint8Array.from(copy))
}
