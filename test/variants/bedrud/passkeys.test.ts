import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  attestationObject,
  createAuthenticator,
  type Overrides,
} from '../../../src/conformance/world/authenticator.ts'
import { compareLatencies } from '../../security/latency.ts'
import { engines } from '../../security/test-server.ts'
import { recordWork } from '../../security/work-recorder.ts'
import { isSlow } from '../../support/slow.ts'
import { ceremonies, type Device, openPasskeys, sam } from './ceremonies.ts'
import { ada, cookiesIn, erin, invitation, john, mary, openBedrud, statusAndError } from './support.ts'

const noChallenge = [400, 'Challenge not found or expired']
const noSignUpChallenge = [400, 'Signup session expired or not found']
const notVerified = [400, 'Passkey verification failed']
const invalidCredentials = [401, 'invalid credentials']

describe('signing in and up with passkeys', () => {
  it('signs in with a passkey, with or without an email in the request', async () => {
    const { signIn, device, me } = await openPasskeys()
    for (const body of [{}, { email: ' Mary.Major@example.com' }]) {
      const response = await signIn(device, {}, body)
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(Object.keys(cookiesIn(response))).toEqual([
        'access_token',
        'refresh_token',
        expect.stringMatching(/^bedrud_passkey_/),
      ])
      expect((await me(response.body.accessToken)).body).toMatchObject({ id: mary.id, provider: 'email' })
    }
  })

  it('creates a signed-in account without a password and with the id from the options', async () => {
    const { begin, post, me } = await openPasskeys()
    const device = createAuthenticator()
    const { options, cookie } = await begin('signup', { ...sam, name: '<Sam> Okafor', role: 'admin' })
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Bedrud' },
      user: { name: sam.email, displayName: sam.name },
    })
    expect(options).not.toHaveProperty('excludeCredentials')
    const { status, body } = await post('/passkey/signup/finish', await device.create(options), { cookie })
    expect([status, body.user]).toEqual([
      200,
      expect.objectContaining({ ...sam, role: 'user', provider: 'passkey', emailVerifiedAt: null }),
    ])
    expect(base64url.encode(body.user.id)).toBe(options.user.id)
    expect((await me(body.accessToken)).body.id).toBe(body.user.id)
    expect(statusAndError(await post('/login', { email: sam.email, password: 'anything at all' }))).toEqual(
      invalidCredentials,
    )
  })

  it('replaces the refresh token of the owner at passkey sign-in', async () => {
    const { signIn, device, refresh, store } = await openPasskeys()
    const { refreshToken } = (await signIn(device)).body
    await signIn(device)
    expect((await refresh(refreshToken)).status).toBe(401)
    expect(await store.count('sessions', { userId: mary.id })).toBe(3)
  })

  it('accepts several passkeys for one account and excludes existing ones in the options', async () => {
    const { begin, register, device, bearer, signIn } = await openPasskeys()
    const { options } = await begin('register', undefined, { bearer })
    expect(options.excludeCredentials).toEqual([{ type: 'public-key', id: device.credentialId }])
    const second = createAuthenticator({ counts: false })
    await register(second, bearer)
    for (const one of [device, second, second]) expect((await signIn(one)).body.user.id).toBe(mary.id)
  })

  it('E05 lists no passkeys for deactivated accounts, unknown emails and accounts without passkeys', async () => {
    const { post, settings } = await openBedrud()
    const allowed = async (email: string) =>
      (await post('/passkey/login/begin', { email })).body.allowCredentials
    expect(await allowed(ada.email)).toHaveLength(2)
    for (const email of [mary.email, erin.email, 'nobody@example.com', 'nonsense', ' '])
      expect(await allowed(email)).toEqual([])
    await settings({ users: [{ user: ada.id, status: 'deleted' }] })
    expect(await allowed(ada.email)).toEqual([])
  })

  it.each(Object.entries(engines))(
    'E05 runs the same queries for accounts without passkeys, unknown and invalid emails on %s',
    async (_, engine) => {
      const work = recordWork()
      const { post, settings } = await openBedrud({}, work.store(await engine()))
      await settings({ rateLimits: false, users: [{ user: erin.id, status: 'disabled' }] })
      const workFor = async (email: string) => {
        work.takeWork()
        expect((await post('/passkey/login/begin', { email })).status).toBe(200)
        return work.takeWork()
      }
      const expected = await workFor(mary.email)
      expect(expected).toContain('list passkeys userId')
      for (const email of [ada.email, erin.email, 'nobody@example.com', 'nonsense', ' '])
        expect([email, await workFor(email)]).toEqual([email, expected])
    },
  )

  if (isSlow)
    it('E05 takes the same time for accounts without passkeys and unknown emails', async () => {
      const { post, settings } = await openBedrud()
      await settings({ rateLimits: false })
      const begin = (email: string) => post('/passkey/login/begin', { email })
      for (let warmUp = 0; warmUp < 200; warmUp++) await begin(warmUp % 2 ? mary.email : 'nobody@example.com')
      let count = 0
      // As long as the email of the account.
      const unknown = () => begin(`m${String(count++ % 1000).padStart(3, '0')}${mary.email.slice(4)}`)
      const { auc } = await compareLatencies(() => begin(mary.email), unknown, 1_500)
      expect(auc).toBeGreaterThan(0.4)
      expect(auc).toBeLessThan(0.6)
    }, 120_000)

  it.each([undefined, '{', '[]', '{"email":7}', '{"email":null}', '{"email":""}'])(
    'lets the user choose any passkey on the device for the body %j',
    async (body) => {
      const { post } = await openBedrud()
      const response = await post('/passkey/login/begin', body)
      expect(response.body).toEqual({
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        rpId: 'localhost',
        userVerification: 'preferred',
        timeout: 300_000,
      })
    },
  )

  it('finds the passkey challenge of clients without cookies', async () => {
    const { begin, post, device } = await openPasskeys()
    const { options } = await begin('login')
    expect((await post('/passkey/login/finish', await device.get(options))).status).toBe(200)
    const signUp = (await begin('signup', sam)).options
    const attestation = await createAuthenticator().create(signUp)
    expect((await post('/passkey/signup/finish', attestation)).status).toBe(200)
  })

  it('accepts all three forms of a passkey response', async () => {
    const { begin, post, device } = await openPasskeys()
    const forms = [
      (flat: Flat) => flat,
      ({ clientDataJSON, ...flat }: Flat) => ({ ...flat, clientDataJson: clientDataJSON }),
      ({ credentialId: id, ...response }: Flat) => ({
        ...{ id, rawId: id, type: 'public-key', authenticatorAttachment: null, clientExtensionResults: {} },
        response,
      }),
    ]
    for (const form of forms) {
      const { options, cookie } = await begin('login')
      const response = await post('/passkey/login/finish', form(await device.get(options)), { cookie })
      expect(response.status).toBe(200)
    }
    const wrong = { clientDataJSON: 'e30=', attestationObject: 'x' }
    const invalid = [400, 'Invalid clientDataJSON encoding']
    expect(statusAndError(await post('/passkey/signup/finish', wrong))).toEqual(invalid)
    const credential = { id: 'x', rawId: 'x', type: 'public-key', response: wrong }
    expect(statusAndError(await post('/passkey/signup/finish', credential))).toEqual(invalid)
  })
  type Flat = Awaited<ReturnType<Device['get']>>
})

describe('passkey challenges', () => {
  it('W01 accepts a passkey challenge for one attempt, successful or not', async () => {
    const { begin, post, device } = await openPasskeys()
    const { options, cookie } = await begin('login')
    const good = await device.get(options)
    expect((await post('/passkey/login/finish', good, { cookie })).status).toBe(200)
    expect(statusAndError(await post('/passkey/login/finish', good, { cookie }))).toEqual(noChallenge)

    const next = await begin('login')
    const bad = await device.get(next.options, { forged: true })
    expect(statusAndError(await post('/passkey/login/finish', bad, { cookie: next.cookie }))).toEqual(
      invalidCredentials,
    )
    const late = await device.get(next.options)
    expect(statusAndError(await post('/passkey/login/finish', late, { cookie: next.cookie }))).toEqual(
      noChallenge,
    )
  })

  it('W01 rejects a passkey challenge after 300 seconds', async () => {
    const { begin, post, device, bearer, advance } = await openPasskeys()
    const login = await begin('login')
    const register = await begin('register', undefined, { bearer })
    const signUp = await begin('signup', sam)
    await advance(301)
    const assertion = await device.get(login.options)
    expect(statusAndError(await post('/passkey/login/finish', assertion, { cookie: login.cookie }))).toEqual(
      noChallenge,
    )
    const attestation = await createAuthenticator().create(register.options)
    expect(statusAndError(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(
      noChallenge,
    )
    const newcomer = await createAuthenticator().create(signUp.options)
    expect(statusAndError(await post('/passkey/signup/finish', newcomer))).toEqual(noSignUpChallenge)
  })

  it('W02 rejects the challenge of another ceremony or user', async () => {
    const { begin, post, device, bearer } = await openPasskeys()
    const registration = (await begin('register', undefined, { bearer })).options
    const signUp = (await begin('signup', sam)).options
    for (const { challenge } of [registration, signUp])
      expect(
        statusAndError(
          await post('/passkey/login/finish', await device.get({ challenge, rpId: 'localhost' })),
        ),
      ).toEqual(noChallenge)
    const attestation = await createAuthenticator().create(registration)
    expect(statusAndError(await post('/passkey/signup/finish', attestation))).toEqual(noSignUpChallenge)
    const adas = (await post('/login', ada)).body.accessToken
    expect(statusAndError(await post('/passkey/register/finish', attestation, { bearer: adas }))).toEqual(
      noChallenge,
    )
    expect((await post('/passkey/register/finish', attestation, { bearer })).status).toBe(200)
  })

  it('W02 rejects the challenge of another browser', async () => {
    const { begin, post, device } = await openPasskeys()
    const first = await begin('login')
    const other = await begin('login')
    const assertion = await device.get(first.options)
    expect(statusAndError(await post('/passkey/login/finish', assertion, { cookie: other.cookie }))).toEqual(
      noChallenge,
    )
    expect((await post('/passkey/login/finish', assertion, { cookie: first.cookie })).status).toBe(200)
  })

  it('completes the passkey ceremonies of several tabs of a browser', async () => {
    const { begin, post, device } = await openPasskeys()
    const [first, second] = [await begin('login'), await begin('login')]
    const signUp = await begin('signup', sam)
    const cookie = [first, second, signUp].map((tab) => tab.cookie).join('; ')
    for (const { options } of [first, second])
      expect((await post('/passkey/login/finish', await device.get(options), { cookie })).status).toBe(200)
    const attestation = await createAuthenticator().create(signUp.options)
    expect((await post('/passkey/signup/finish', attestation, { cookie })).status).toBe(200)
  })

  it('replaces the challenge when the same user starts to add a passkey again', async () => {
    const { begin, post, bearer } = await openPasskeys()
    const first = (await begin('register', undefined, { bearer })).options
    await begin('register', undefined, { bearer })
    const attestation = await createAuthenticator().create(first)
    expect(statusAndError(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(
      noChallenge,
    )
  })

  it('W01 stores only hashes of the challenge and of the nonce in the cookie', async () => {
    const { begin, store } = await openPasskeys()
    const { options, cookie } = await begin('login')
    const rows = JSON.stringify(await store.list('oneTimeTokens', {}, { orderBy: 'createdAt' }))
    expect(rows).not.toContain(options.challenge)
    expect(rows).not.toContain(cookie.split('=')[1])
  })
})

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

describe('passkey operations', () => {
  it('reveals that an account is deactivated only after a valid signature', async () => {
    const { signIn, device, settings } = await openPasskeys()
    await settings({ users: [{ user: mary.id, status: 'disabled' }] })
    expect(statusAndError(await signIn(device))).toEqual([401, 'account is deactivated'])
    expect(statusAndError(await signIn(device, { forged: true }))).toEqual(invalidCredentials)
    await settings({ users: [{ user: mary.id, status: 'deleted' }] })
    expect(statusAndError(await signIn(device))).toEqual([401, 'passkey not found'])
  })

  it('rejects guests who add a passkey', async () => {
    const { guest, post } = await openBedrud()
    const bearer = (await guest()).accessToken
    const forbidden = [403, 'Not available for guest accounts']
    expect(statusAndError(await post('/passkey/register/begin', undefined, { bearer }))).toEqual(forbidden)
    const attestation = { clientDataJSON: 'e30', attestationObject: 'oA' }
    expect(statusAndError(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(forbidden)
  })

  it('rejects a passkey sign-up whose email was registered since the first step', async () => {
    const { begin, post } = await openPasskeys()
    const { options, cookie } = await begin('signup', sam)
    expect((await post('/register', { ...john, email: sam.email })).status).toBe(200)
    const response = await post('/passkey/signup/finish', await createAuthenticator().create(options), {
      cookie,
    })
    expect(statusAndError(response)).toEqual([409, 'Email already registered'])
  })

  it('rejects every passkey operation while passkeys are disabled', async () => {
    const { post, settings, bearer } = await openPasskeys()
    await settings({ passkeys: false })
    for (const ceremony of ['register', 'login', 'signup'])
      for (const step of ['begin', 'finish'])
        expect(statusAndError(await post(`/passkey/${ceremony}/${step}`, {}, { bearer }))).toEqual([
          403,
          'Passkeys are currently disabled',
        ])
  })

  it('checks registration mode and invitation when the passkey account is created', async () => {
    const { signUp, begin, post, settings } = await openPasskeys()
    const finish = async ({ options, cookie }: Awaited<ReturnType<typeof begin>>) =>
      statusAndError(
        await post('/passkey/signup/finish', await createAuthenticator().create(options), { cookie }),
      )
    const uninvited = await begin('signup', sam)
    const another = await begin('signup', sam)
    const invited = await begin('signup', { ...sam, inviteToken: invitation })
    await settings({ registration: 'closed' })
    expect(await finish(uninvited)).toEqual([403, 'Registration is currently disabled'])
    await settings({ registration: 'inviteOnly' })
    expect(await finish(another)).toEqual([403, 'An invite token is required to register'])
    const form = { email: 'jane.doe@example.com', name: 'Jane Doe', inviteToken: invitation }
    expect((await signUp(createAuthenticator(), form)).status).toBe(200)
    expect(await finish(invited)).toEqual([403, 'Invalid or expired invite token'])
  })
})

it.each(['closed', 'inviteOnly'])(
  'creates one account by passkey per invitation while registration is %s',
  async (registration) => {
    const { signUp, post, settings } = await openPasskeys()
    await settings({ registration })
    const invited = { ...sam, inviteToken: invitation }
    expect((await signUp(createAuthenticator(), invited)).status).toBe(200)
    const other = { ...invited, email: 'jane.doe@example.com' }
    expect(statusAndError(await post('/passkey/signup/begin', other))).toEqual([
      403,
      'Invalid or expired invite token',
    ])
  },
)

it('stores only the hash of an invitation', async () => {
  const { begin, store } = await openPasskeys()
  await begin('signup', { ...sam, inviteToken: invitation })
  const rows = await store.list('oneTimeTokens', {}, { orderBy: 'createdAt' })
  expect(JSON.stringify(rows)).not.toContain(invitation)
})
