import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthenticator } from '../../../src/conformance/world/authenticator.ts'
import { type Device, openPasskeys, sam } from './ceremonies.ts'
import {
  cookiesIn,
  invalidCredentials,
  invitation,
  john,
  mary,
  openBedrud,
  statusAndError,
} from './support.ts'

type Flat = Awaited<ReturnType<Device['get']>>

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
