import { describe, expect, it } from 'vitest'
import { ada, claimsIn, invitation, john, openBedrud, tally, times, told } from './support.ts'

const closed = [403, 'Registration is currently disabled']
const required = [403, 'An invite token is required to register']
const invalid = [403, 'Invalid or expired invite token']
const taken = [409, 'Email already registered']

describe('registering', () => {
  it('makes an account that is signed in, also for clients that read older members', async () => {
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

  it('keeps the address in its normal form, and gives it to one account', async () => {
    const { post, signUp } = await openBedrud()
    await signUp({ ...john, email: ' Jos\u00e9@M\u00fcnchen.example ' })
    const spellings = ['jose\u0301@m\u00fcnchen.example', 'JOS\u00c9@xn--mnchen-3ya.example']
    for (const email of spellings) expect(told(await post('/register', { ...john, email }))).toEqual(taken)
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
  ])('takes %j for no address', async (email) => {
    const { post, store } = await openBedrud()
    const before = await store.count('users', {})
    expect(told(await post('/register', { ...john, email }))).toEqual([400, 'Invalid email format'])
    expect(await store.count('users', {})).toBe(before)
  })

  it('cleans names, and refuses what is left of too short ones', async () => {
    const { post, signUp } = await openBedrud()
    const { user, accessToken } = await signUp({ ...john, name: '<b>"J\u0007o"</b>' })
    expect(user).toMatchObject({ name: 'bJo/b' })
    expect(claimsIn(accessToken).name).toBe('bJo/b')
    for (const name of ['<>&"\'', 'J<', '\u0001J', ''])
      expect(told(await post('/register', { ...john, name }))[1]).toBe('Name must be at least 2 characters')
    // One character, though two UTF-16 units.
    expect(told(await post('/register', { ...john, name: '\u{1f600}' }))[0]).toBe(400)
  })

  it('tells the first broken rule: address, name, password', async () => {
    const { post } = await openBedrud()
    const told1 = async (body: object) => told(await post('/register', body))[1]
    expect(await told1({})).toBe('Invalid email format')
    expect(await told1({ email: john.email })).toBe('Name must be at least 2 characters')
    expect(await told1({ email: john.email, name: 'John' })).toBe('Password must be at least 8 characters')
    expect(await told1({ email: ['a'], name: '', password: '' })).toBe('Invalid input')
    expect(await told1({ ...john, password: 'a\u0000bcdefgh' })).toBe('Invalid input')
  })

  it('counts the characters of a password, not its bytes, in one form', async () => {
    const { post, signUp } = await openBedrud()
    const told1 = async (password: string) => told(await post('/register', { ...john, password }))[1]
    expect(await told1('\u{1f511}'.repeat(7))).toBe('Password must be at least 8 characters')
    // Eight to look at in the request, four in the form that is hashed.
    expect(await told1('e\u0301'.repeat(4))).toBe('Password must be at least 8 characters')
    expect(await told1('p'.repeat(129))).toBe('Password must be at most 128 characters')
    expect(await told1('password123')).toBe('Password is too common')
    await signUp({ ...john, password: '\u{1f511}'.repeat(128) })
  })

  it('is the same password whatever keyboard composed it', async () => {
    const { signUp, signIn } = await openBedrud()
    await signUp({ ...john, password: 'cafe\u0301 au lait' })
    await signIn({ ...john, password: 'caf\u00e9 au lait' })
  })

  it('takes nothing from the body that it does not ask for', async () => {
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

  it('gives an address to exactly one of many who want it at once', async () => {
    const { post, settings, store } = await openBedrud()
    await settings({ rateLimits: false })
    const emails = ['user@example.com', 'User@example.com', ' USER@EXAMPLE.COM']
    const answers = await Promise.all(
      times(30, (index) => post('/register', { ...john, email: emails[index % 3] })),
    )
    expect(tally(answers)).toEqual({ 200: 1, 409: 29 })
    expect(await store.count('users', { email: john.email })).toBe(1)
  })

  it('stops telling which addresses are taken after five, by password and by passkey together', async () => {
    const { post } = await openBedrud()
    const { email } = ada
    for (const _ of times(3, String)) expect(told(await post('/register', { ...john, email }))).toEqual(taken)
    for (const _ of times(2, String))
      expect(told(await post('/passkey/signup/begin', { email, name: 'Ada' }))).toEqual(taken)
    for (const address of [email, 'nobody@example.com']) {
      const refused = await post('/register', { ...john, email: address })
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60)
    }
    expect((await post('/register', { ...john, email }, { address: '192.0.2.9' })).status).toBe(409)
  })

  it('leaves neither password nor tokens in store or log', async () => {
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
  it('creates one account per invitation', async () => {
    const { post, signUp, settings } = await openBedrud()
    await settings({ registration: 'closed' })
    expect(told(await post('/register', { ...john, inviteToken: 'inv_wrong' }))).toEqual(invalid)
    await signUp({ ...john, inviteToken: invitation })
    const other = { ...john, email: 'jane.doe@example.com', inviteToken: invitation }
    expect(told(await post('/register', other))).toEqual(invalid)
  })

  it('rejects sign-ups without an invitation before it looks up the email', async () => {
    const { post, settings } = await openBedrud()
    await settings({ registration: 'closed' })
    for (const email of [john.email, ada.email])
      expect(told(await post('/register', { ...john, email }))).toEqual(closed)
    expect(told(await post('/guest-login', { name: 'Guest User' }))).toEqual(closed)
    for (const email of [john.email, ada.email])
      expect(told(await post('/passkey/signup/begin', { email, name: 'John' }))).toEqual(closed)
  })
})

describe('a server that registers by invitation', () => {
  it('lets in whoever has one, once', async () => {
    const { post, signUp, settings } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    for (const inviteToken of [undefined, null, ''])
      expect(told(await post('/register', { ...john, inviteToken }))).toEqual(required)
    expect(told(await post('/register', { ...john, inviteToken: 'inv_wrong' }))).toEqual(invalid)
    await signUp({ ...john, inviteToken: invitation })
    const other = { ...john, email: 'jane.doe@example.com', inviteToken: invitation }
    expect(told(await post('/register', other))).toEqual(invalid)
  })

  it('tells nobody without one who is registered', async () => {
    const { post, settings } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    expect(told(await post('/register', { ...john, email: ada.email }))).toEqual(required)
  })

  it('lets in exactly one of many who come with the same one', async () => {
    const { post, settings, store } = await openBedrud()
    await settings({ registration: 'inviteOnly', rateLimits: false })
    const before = await store.count('users', {})
    const answers = await Promise.all(
      times(20, (index) =>
        post('/register', { ...john, email: `user${index}@example.com`, inviteToken: invitation }),
      ),
    )
    expect(tally(answers)).toEqual({ 200: 1, 403: 19 })
    expect(await store.count('users', {})).toBe(before + 1)
    expect(told(answers.find(({ status }) => status === 403) ?? raise())).toEqual(invalid)
  })

  it('does not use one up for somebody who cannot have the address', async () => {
    const { post, signUp, settings } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    const form = { ...john, email: ada.email, inviteToken: invitation }
    expect(told(await post('/register', form))).toEqual(taken)
    await signUp({ ...john, inviteToken: invitation })
  })

  it('does not take one that has expired', async () => {
    const { post, settings, advance } = await openBedrud()
    await settings({ registration: 'inviteOnly' })
    await advance(31 * 24 * 3600)
    expect(told(await post('/register', { ...john, inviteToken: invitation }))).toEqual(invalid)
  })

  it('leaves one alone while registration is open', async () => {
    const { post, signUp, settings } = await openBedrud()
    await signUp({ ...john, inviteToken: invitation })
    await settings({ registration: 'inviteOnly' })
    const jane = { ...john, email: 'jane.doe@example.com', inviteToken: invitation }
    expect((await post('/register', jane)).status).toBe(200)
  })
})

function raise(): never {
  throw new Error('Nobody was refused')
}
