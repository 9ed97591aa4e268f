import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { attestationObject, createAuthenticator, type Mischief } from '../../support/authenticator.ts'
import { ceremonies, type Device, openPasskeys, sam } from './ceremonies.ts'
import { ada, cookiesIn, erin, invitation, john, mary, openBedrud, told } from './support.ts'

const gone = [400, 'Challenge not found or expired']
const signUpGone = [400, 'Signup session expired or not found']
const failed = [400, 'Passkey verification failed']
const refused = [401, 'invalid credentials']

describe('a passkey', () => {
  it('added to an account signs in to it, whether the account was named or not', async () => {
    const { signIn, device, me } = await openPasskeys()
    for (const asked of [{}, { email: ' Mary.Major@example.com' }]) {
      const answer = await signIn(device, {}, asked)
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(Object.keys(cookiesIn(answer))).toEqual(['access_token', 'refresh_token'])
      expect((await me(answer.body.accessToken)).body).toMatchObject({ id: mary.id, provider: 'email' })
    }
  })

  it('makes an account without a password, that is signed in and has the id of the options', async () => {
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
    expect(told(await post('/login', { email: sam.email, password: 'anything at all' }))).toEqual(refused)
  })

  it('replaces the refresh token of its owner, as a password does', async () => {
    const { signIn, device, refresh, store } = await openPasskeys()
    const { refreshToken } = (await signIn(device)).body
    await signIn(device)
    expect((await refresh(refreshToken)).status).toBe(401)
    expect(await store.count('sessions', { userId: mary.id })).toBe(3)
  })

  it('may be accompanied by others, which the authenticator is told', async () => {
    const { begin, register, device, bearer, signIn } = await openPasskeys()
    const { options } = await begin('register', undefined, { bearer })
    expect(options.excludeCredentials).toEqual([{ type: 'public-key', id: device.credentialId }])
    const second = createAuthenticator({ counts: false })
    await register(second, bearer)
    for (const one of [device, second, second]) expect((await signIn(one)).body.user.id).toBe(mary.id)
  })

  it('E05 is not asked of deactivated accounts, and of unknown ones no otherwise than of those without', async () => {
    const { post, settings } = await openBedrud()
    const allowed = async (email: string) =>
      (await post('/passkey/login/begin', { email })).body.allowCredentials
    expect(await allowed(ada.email)).toHaveLength(2)
    for (const email of [mary.email, erin.email, 'nobody@example.com', 'nonsense', ' '])
      expect(await allowed(email)).toEqual([])
    await settings({ users: [{ user: ada.id, status: 'deleted' }] })
    expect(await allowed(ada.email)).toEqual([])
  })

  it.each([undefined, '{', '[]', '{"email":7}', '{"email":null}', '{"email":""}'])(
    'may be any on the device, for the body %j',
    async (body) => {
      const { post } = await openBedrud()
      const answer = await post('/passkey/login/begin', body)
      expect(answer.body).toEqual({
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        rpId: 'localhost',
        userVerification: 'preferred',
        timeout: 300_000,
      })
    },
  )

  it('works for clients without cookies', async () => {
    const { begin, post, device } = await openPasskeys()
    const { options } = await begin('login')
    expect((await post('/passkey/login/finish', await device.get(options))).status).toBe(200)
    const signUp = (await begin('signup', sam)).options
    const attestation = await createAuthenticator().create(signUp)
    expect((await post('/passkey/signup/finish', attestation)).status).toBe(200)
  })

  it('is taken in the three forms in which clients write it', async () => {
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
      const answer = await post('/passkey/login/finish', form(await device.get(options)), { cookie })
      expect(answer.status).toBe(200)
    }
    const wrong = { clientDataJSON: 'e30=', attestationObject: 'x' }
    const invalid = [400, 'Invalid clientDataJSON encoding']
    expect(told(await post('/passkey/signup/finish', wrong))).toEqual(invalid)
    const credential = { id: 'x', rawId: 'x', type: 'public-key', response: wrong }
    expect(told(await post('/passkey/signup/finish', credential))).toEqual(invalid)
  })
  type Flat = Awaited<ReturnType<Device['get']>>
})

describe('a challenge', () => {
  it('W01 works once, whether well or badly answered', async () => {
    const { begin, post, device } = await openPasskeys()
    const { options, cookie } = await begin('login')
    const good = await device.get(options)
    expect((await post('/passkey/login/finish', good, { cookie })).status).toBe(200)
    expect(told(await post('/passkey/login/finish', good, { cookie }))).toEqual(gone)

    const next = await begin('login')
    const bad = await device.get(next.options, { forged: true })
    expect(told(await post('/passkey/login/finish', bad, { cookie: next.cookie }))).toEqual(refused)
    const late = await device.get(next.options)
    expect(told(await post('/passkey/login/finish', late, { cookie: next.cookie }))).toEqual(gone)
  })

  it('W01 is over after 300 seconds', async () => {
    const { begin, post, device, bearer, advance } = await openPasskeys()
    const login = await begin('login')
    const register = await begin('register', undefined, { bearer })
    const signUp = await begin('signup', sam)
    await advance(301)
    const assertion = await device.get(login.options)
    expect(told(await post('/passkey/login/finish', assertion, { cookie: login.cookie }))).toEqual(gone)
    const attestation = await createAuthenticator().create(register.options)
    expect(told(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(gone)
    const newcomer = await createAuthenticator().create(signUp.options)
    expect(told(await post('/passkey/signup/finish', newcomer))).toEqual(signUpGone)
  })

  it('W02 of one ceremony or person is none for another', async () => {
    const { begin, post, device, bearer } = await openPasskeys()
    const registration = (await begin('register', undefined, { bearer })).options
    const signUp = (await begin('signup', sam)).options
    for (const { challenge } of [registration, signUp])
      expect(
        told(await post('/passkey/login/finish', await device.get({ challenge, rpId: 'localhost' }))),
      ).toEqual(gone)
    const attestation = await createAuthenticator().create(registration)
    expect(told(await post('/passkey/signup/finish', attestation))).toEqual(signUpGone)
    const adas = (await post('/login', ada)).body.accessToken
    expect(told(await post('/passkey/register/finish', attestation, { bearer: adas }))).toEqual(gone)
    expect((await post('/passkey/register/finish', attestation, { bearer })).status).toBe(200)
  })

  it('W02 is void for the browser that has begun anew, and for another one', async () => {
    const { begin, post, device } = await openPasskeys()
    const first = await begin('login')
    const second = await begin('login', {}, { cookie: first.cookie })
    const assertion = await device.get(first.options)
    expect(told(await post('/passkey/login/finish', assertion, { cookie: second.cookie }))).toEqual(gone)
    expect((await post('/passkey/login/finish', assertion, { cookie: first.cookie })).status).toBe(200)
  })

  it('of an account that asks again is replaced', async () => {
    const { begin, post, bearer } = await openPasskeys()
    const first = (await begin('register', undefined, { bearer })).options
    await begin('register', undefined, { bearer })
    const attestation = await createAuthenticator().create(first)
    expect(told(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(gone)
  })

  it('W01 is stored as a hash, as is the secret in the cookie', async () => {
    const { begin, store } = await openPasskeys()
    const { options, cookie } = await begin('login')
    const rows = JSON.stringify(await store.list('oneTimeTokens', {}, { orderBy: 'createdAt' }))
    expect(rows).not.toContain(options.challenge)
    expect(rows).not.toContain(cookie.split('.')[1])
  })
})

const mischief: [string, Mischief][] = [
  ['made for another site', { origin: 'https://bedrud.example' }],
  ['made on a sub-domain over another name', { origin: 'http://localhost.evil.example' }],
  ['made by no page at all', { origin: 'null' }],
  ['bound to another site', { rpId: 'evil.example' }],
  ['made in a frame of another site', { crossOrigin: true }],
  ['made with nobody there', { flags: 0x40 }],
  ['made for the other ceremony', { type: 'webauthn.other' }],
]

describe('an answer', () => {
  it.each(mischief)('W02 %s is refused', async (_, wrong) => {
    const { signIn, register, signUp, device, bearer, store } = await openPasskeys()
    const before = [await store.count('passkeys', {}), await store.count('users', {})]
    expect(told(await signIn(device, wrong))).toEqual(refused)
    expect(told(await register(createAuthenticator(), bearer, wrong))).toEqual(failed)
    expect(told(await signUp(createAuthenticator(), sam, wrong))).toEqual(failed)
    expect([await store.count('passkeys', {}), await store.count('users', {})]).toEqual(before)
  })

  it('W02 may come from any page of this machine during development, and of the frontend alone afterwards', async () => {
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
    expect(told(await register(at('http://localhost:3000'), bearer))).toEqual(failed)
    expect(told(await register(at('https://evil.example'), bearer))).toEqual(failed)
    expect((await register(at('https://meet.example.com'), bearer)).status).toBe(200)
  })

  it('W02 signed with another key, by an unknown passkey, or for another owner is refused', async () => {
    const { begin, post, signIn, device } = await openPasskeys()
    expect(told(await signIn(device, { forged: true }))).toEqual(refused)
    expect(told(await signIn(device, { credentialId: 'CQvWgWuWYvgPXgBP1KCTvA' }))).toEqual([
      401,
      'passkey not found',
    ])
    const { options } = await begin('login')
    const { credentialId: id, ...response } = await device.get(options, {
      userHandle: base64url.encode(ada.id),
    })
    const credential = { id, rawId: id, type: 'public-key', response }
    expect(told(await post('/passkey/login/finish', credential))).toEqual(refused)
  })

  it('W02 of another account than the one that was named is refused', async () => {
    const { signIn, device } = await openPasskeys()
    expect(told(await signIn(device, {}, { email: ada.email }))).toEqual(refused)
  })

  it('W05 that no authenticator would give is refused like any other', async () => {
    const { begin, post, bearer } = await openPasskeys()
    const nonsense = [
      attestationObject(new Uint8Array(10)),
      attestationObject(new Uint8Array(200)),
      base64url.encode('not CBOR'),
      'A',
      base64url.encode(new Uint8Array(20_000).fill(0x9f)),
    ]
    for (const attestation of nonsense) {
      const { options } = await begin('register', undefined, { bearer })
      const { clientDataJSON } = await createAuthenticator().create(options)
      const body = { clientDataJSON, attestationObject: attestation }
      expect(told(await post('/passkey/register/finish', body, { bearer }))).toEqual(failed)
    }
    for (const clientDataJSON of ['A', base64url.encode('null'), base64url.encode('{"challenge":{}}')]) {
      const body = { clientDataJSON, attestationObject: 'A' }
      expect(told(await post('/passkey/register/finish', body, { bearer }))).toEqual(gone)
    }
  })
})

describe('whoever', () => {
  it('is deactivated hears it after proving who they are, and only then', async () => {
    const { signIn, device, settings } = await openPasskeys()
    await settings({ users: [{ user: mary.id, status: 'disabled' }] })
    expect(told(await signIn(device))).toEqual([401, 'account is deactivated'])
    expect(told(await signIn(device, { forged: true }))).toEqual(refused)
    await settings({ users: [{ user: mary.id, status: 'deleted' }] })
    expect(told(await signIn(device))).toEqual([401, 'passkey not found'])
  })

  it('is a guest cannot have passkeys', async () => {
    const { guest, post } = await openBedrud()
    const bearer = (await guest()).accessToken
    const forbidden = [403, 'Not available for guest accounts']
    expect(told(await post('/passkey/register/begin', undefined, { bearer }))).toEqual(forbidden)
    const attestation = { clientDataJSON: 'e30', attestationObject: 'oA' }
    expect(told(await post('/passkey/register/finish', attestation, { bearer }))).toEqual(forbidden)
  })

  it('signs up with an address that is taken meanwhile does not get it', async () => {
    const { begin, post } = await openPasskeys()
    const { options, cookie } = await begin('signup', sam)
    expect((await post('/register', { ...john, email: sam.email })).status).toBe(200)
    const answer = await post('/passkey/signup/finish', await createAuthenticator().create(options), {
      cookie,
    })
    expect(told(answer)).toEqual([409, 'Email already registered'])
  })

  it('comes where the operator wants no passkeys gets nowhere', async () => {
    const { post, settings, bearer } = await openPasskeys()
    await settings({ passkeys: false })
    for (const ceremony of ['register', 'login', 'signup'])
      for (const step of ['begin', 'finish'])
        expect(told(await post(`/passkey/${ceremony}/${step}`, {}, { bearer }))).toEqual([
          403,
          'Passkeys are currently disabled',
        ])
  })

  it('signs up needs the admission of the moment at which the account is made', async () => {
    const { signUp, begin, post, settings } = await openPasskeys()
    const finish = async ({ options, cookie }: Awaited<ReturnType<typeof begin>>) =>
      told(await post('/passkey/signup/finish', await createAuthenticator().create(options), { cookie }))
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
    expect(told(await post('/passkey/signup/begin', other))).toEqual([403, 'Invalid or expired invite token'])
  },
)

it('does not store an invitation as it is', async () => {
  const { begin, store } = await openPasskeys()
  await begin('signup', { ...sam, inviteToken: invitation })
  const rows = await store.list('oneTimeTokens', {}, { orderBy: 'createdAt' })
  expect(JSON.stringify(rows)).not.toContain(invitation)
})
