import { describe, expect, it } from 'vitest'
import { ada, claimsIn, invitation, john, openBedrud, repeat, statusAndError, tally } from './support.ts'

const closed = [403, 'Registration is currently disabled']
const required = [403, 'An invite token is required to register']
const invalid = [403, 'Invalid or expired invite token']
const taken = [409, 'Email already registered']

describe('signUp', () => {
  it('creates a signed-in account and returns the deprecated fields as well', async () => {
    const { signUp, me } = await openBedrud()
    const { accessToken, refreshToken, ...body } = await signUp()
    expect(body).toEqual({
      tokens: { accessToken, refreshToken },
      user: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        email: 'user@example.com',
        name: 'John Doe',
        role: 'user',
        avatar: null,
        avatarUrl: '',
        provider: 'email',
        accesses: ['user'],
        isActive: true,
        emailVerifiedAt: null,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    })
    expect((await me(accessToken)).body).toEqual(body.user)
  })

  it('normalizes the email and rejects other spellings of it afterwards', async () => {
    const { post, signUp } = await openBedrud()
    await signUp({ ...john, email: ' Jos\u00e9@M\u00fcnchen.example ' })
    const spellings = ['jose\u0301@m\u00fcnchen.example', 'JOS\u00c9@xn--mnchen-3ya.example']
    for (const email of spellings)
      expect(statusAndError(await post('/register', { ...john, email }))).toEqual(taken)
  })

  it.each([
    'a@x.io,b@y.io',
    'a\uff20b.io',
    'a\uff20b@c.io',
    '"a@evil.io x"@b.io',
    'a@b.io\r\nBcc: c@d.io',
    'X <a@b.io>',
    'a@b',
    'a@127.0.0.1',
    'a@b.io\u0000',
    `${'a'.repeat(65)}@b.io`,
  ])('rejects the invalid email %j', async (email) => {
    const { post, store } = await openBedrud()
    const before = await store.count('users', {})
    expect(statusAndError(await post('/register', { ...john, email }))).toEqual([400, 'Invalid email format'])
    expect(await store.count('users', {})).toBe(before)
  })

  it('cleans names and rejects those that are too short afterwards', async () => {
    const { post, signUp } = await openBedrud()
    const { user, accessToken } = await signUp({ ...john, name: '<b>"J\u0007o"</b>' })
    expect(user).toMatchObject({ name: 'bJo/b' })
    expect(claimsIn(accessToken).name).toBe('bJo/b')
    for (const name of ['<>&"\'', 'J<', '\u0001J', ''])
      expect(statusAndError(await post('/register', { ...john, name }))[1]).toBe(
        'Name must be at least 2 characters',
      )
    // One code point, but two UTF-16 units.
    expect(statusAndError(await post('/register', { ...john, name: '\u{1f600}' }))[0]).toBe(400)
  })

  it('reports the first failed check of a sign-up in the order email, name, password', async () => {
    const { post } = await openBedrud()
    const errorFor = async (body: object) => statusAndError(await post('/register', body))[1]
    expect(await errorFor({})).toBe('Invalid email format')
    expect(await errorFor({ email: john.email })).toBe('Name must be at least 2 characters')
    expect(await errorFor({ email: john.email, name: 'John' })).toBe('Password must be at least 8 characters')
    expect(await errorFor({ email: ['a'], name: '', password: '' })).toBe('Invalid input')
    expect(await errorFor({ ...john, password: 'a\u0000bcdefgh' })).toBe('Invalid input')
  })

  it('counts the code points of the normalized password', async () => {
    const { post, signUp, settings } = await openBedrud()
    const errorFor = async (password: string) =>
      statusAndError(await post('/register', { ...john, password }))[1]
    expect(await errorFor('\u{1f511}'.repeat(7))).toBe('Password must be at least 8 characters')
    // Eight code points in the request, four after NFC.
    expect(await errorFor('e\u0301'.repeat(4))).toBe('Password must be at least 8 characters')
    expect(await errorFor('p'.repeat(129))).toBe('Password must be at most 128 characters')
    await settings({ passwords: { refuseCommon: true } })
    expect(await errorFor('password123')).toBe('Password is too common')
    await signUp({ ...john, password: '\u{1f511}'.repeat(128) })
  })

  it('accepts a password in another Unicode normalization form', async () => {
    const { signUp, signIn } = await openBedrud()
    await signUp({ ...john, password: 'cafe\u0301 au lait' })
    await signIn({ ...john, password: 'caf\u00e9 au lait' })
  })

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/vnd.api+json'])(
    'rejects a sign-up with the media type %s',
    async (mediaType) => {
      const { post } = await openBedrud()
      const headers = { 'content-type': mediaType }
      expect(statusAndError(await post('/register', john, { headers }))).toEqual([400, 'Invalid input'])
    },
  )

  it('ignores unknown fields of a sign-up', async () => {
    const { signUp, store } = await openBedrud()
    const extras = {
      id: ada.id,
      role: 'superadmin',
      accesses: ['superadmin'],
      provider: 'google',
      isActive: false,
      emailVerifiedAt: '2020-01-01T00:00:00Z',
      emailVerified: true,
      avatar: 'https://evil.example/a.png',
      expiresAt: 1,
      __proto__: { role: 'admin' },
    }
    const { user } = await signUp({ ...john, ...extras })
    expect(user).toMatchObject({ role: 'user', provider: 'email', avatar: null, emailVerifiedAt: null })
    expect(user.id).not.toBe(ada.id)
    expect(await store.find('users', { id: user.id })).toMatchObject({
      role: 'user',
      status: 'active',
      emailVerifiedAt: null,
      expiresAt: null,
    })
  })

  it('creates only one of several concurrent accounts with the same email', async () => {
    const { post, settings, store } = await openBedrud()
    await settings({ rateLimits: false })
    const emails = ['user@example.com', 'User@example.com', ' USER@EXAMPLE.COM']
    const responses = await Promise.all(
      repeat(30, (index) => post('/register', { ...john, email: emails[index % 3] })),
    )
    expect(tally(responses)).toEqual({ 200: 1, 409: 29 })
    expect(await store.count('users', { email: john.email })).toBe(1)
  })

  it('returns 429 after five conflicts, counting passwords and passkeys together', async () => {
    const { post } = await openBedrud()
    const { email } = ada
    for (const _ of repeat(3, String))
      expect(statusAndError(await post('/register', { ...john, email }))).toEqual(taken)
    for (const _ of repeat(2, String))
      expect(statusAndError(await post('/passkey/signup/begin', { email, name: 'Ada' }))).toEqual(taken)
    for (const candidate of [email, 'nobody@example.com']) {
      const limited = await post('/register', { ...john, email: candidate })
      expect(limited.status).toBe(429)
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(60)
    }
    expect((await post('/register', { ...john, email }, { ip: '192.0.2.9' })).status).toBe(409)
  })

  it('keeps passwords and tokens out of store and log', async () => {
    const { signUp, store, lines } = await openBedrud()
    const { accessToken, refreshToken, user } = await signUp()
    const rows = JSON.stringify([
      await store.list('users', {}, { orderBy: 'createdAt' }),
      await store.list('sessions', { userId: user.id }, { orderBy: 'createdAt' }),
    ])
    for (const secret of [john.password, accessToken, refreshToken]) {
      expect(rows).not.toContain(secret)
      expect(JSON.stringify(lines)).not.toContain(secret)
    }
    expect(lines.filter(({ event }) => event === 'signUp')).toMatchObject([{ outcome: 'succeeded' }])
  })
})

describe('while registration is closed', () => {
  it('creates one account per invitation while registration is closed', async () => {
    const { post, signUp, settings } = await openBedrud()
    await settings({ registration: 'closed' })
    expect(statusAndError(await post('/register', { ...john, inviteToken: 'inv_wrong' }))).toEqual(invalid)
    await signUp({ ...john, inviteToken: invitation })
    const other = { ...john, email: 'jane.doe@example.com', inviteToken: invitation }
    expect(statusAndError(await post('/register', other))).toEqual(invalid)
  })

  it('rejects sign-ups without an invitation before it looks up the email, while registration is closed', async () => {
    const { post, settings } = await openBedrud()
    await settings({ registration: 'closed' })
    for (const email of [john.email, ada.email])
      expect(statusAndError(await post('/register', { ...john, email }))).toEqual(closed)
    expect(statusAndError(await post('/guest-login', { name: 'Guest User' }))).toEqual(closed)
    for (const email of [john.email, ada.email])
      expect(statusAndError(await post('/passkey/signup/begin', { email, name: 'John' }))).toEqual(closed)
  })
})

describe('while registration is by invitation only', () => {
  it('requires an invitation, and creates one account per invitation', async () => {
    const { post, signUp, settings } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    for (const inviteToken of [undefined, null, ''])
      expect(statusAndError(await post('/register', { ...john, inviteToken }))).toEqual(required)
    expect(statusAndError(await post('/register', { ...john, inviteToken: 'inv_wrong' }))).toEqual(invalid)
    await signUp({ ...john, inviteToken: invitation })
    const other = { ...john, email: 'jane.doe@example.com', inviteToken: invitation }
    expect(statusAndError(await post('/register', other))).toEqual(invalid)
  })

  it('requires an invitation before it looks up the email', async () => {
    const { post, settings } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    expect(statusAndError(await post('/register', { ...john, email: ada.email }))).toEqual(required)
  })

  it('lets only one of several concurrent sign-ups consume an invitation', async () => {
    const { post, settings, store } = await openBedrud()
    await settings({ registration: 'inviteOnly', rateLimits: false })
    const before = await store.count('users', {})
    const responses = await Promise.all(
      repeat(20, (index) =>
        post('/register', { ...john, email: `user${index}@example.com`, inviteToken: invitation }),
      ),
    )
    expect(tally(responses)).toEqual({ 200: 1, 403: 19 })
    expect(await store.count('users', {})).toBe(before + 1)
    expect(statusAndError(responses.find(({ status }) => status === 403) ?? raise())).toEqual(invalid)
  })

  it('does not consume an invitation if the email is already registered', async () => {
    const { post, signUp, settings } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    const form = { ...john, email: ada.email, inviteToken: invitation }
    expect(statusAndError(await post('/register', form))).toEqual(taken)
    await signUp({ ...john, inviteToken: invitation })
  })

  it('rejects an expired invitation', async () => {
    const { post, settings, advance } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    await advance(31 * 24 * 3600)
    expect(statusAndError(await post('/register', { ...john, inviteToken: invitation }))).toEqual(invalid)
  })

  it('does not consume an invitation while registration is open', async () => {
    const { post, signUp, settings } = await openBedrud()
    await signUp({ ...john, inviteToken: invitation })
    await settings({ registration: 'inviteOnly' })
    const jane = { ...john, email: 'jane.doe@example.com', inviteToken: invitation }
    expect((await post('/register', jane)).status).toBe(200)
  })
})

function raise(): never {
  throw new Error('Every sign-up succeeded')
}
