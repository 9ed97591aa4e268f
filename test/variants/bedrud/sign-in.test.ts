import { describe, expect, it } from 'vitest'
import {
  ada,
  erin,
  invalidCredentials,
  lin,
  mary,
  openBedrud,
  repeat,
  statusAndError,
  tally,
} from './support.ts'

describe('signing in', () => {
  it('returns the same bytes for every failed sign-in', async () => {
    const { post } = await openBedrud()
    const attempts = [
      { email: 'nobody@example.com', password: mary.password },
      { email: mary.email, password: 'harbour lights at ten' },
      { email: lin.email, password: 'anything at all' },
      { email: erin.email, password: erin.password },
      { email: erin.email, password: 'wrong' },
      { email: 'not an email', password: mary.password },
    ]
    const responses = []
    for (const [index, attempt] of attempts.entries())
      responses.push(await post('/login', attempt, { ip: `192.0.2.${index + 10}` }))
    for (const response of responses) {
      expect(statusAndError(response)).toEqual(invalidCredentials)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(response.headers.getSetCookie()).toEqual([])
    }
    const seen = responses.map(({ body, headers }) =>
      JSON.stringify([body, [...headers].filter(([name]) => name !== 'x-request-id')]),
    )
    expect(new Set(seen).size).toBe(1)
  })

  it('normalizes the email at sign-in', async () => {
    const { signIn } = await openBedrud()
    expect((await signIn({ ...mary, email: ' MARY.Major@Example.com ' })).user.id).toBe(mary.id)
  })

  it('requires email and password, and limits the password length', async () => {
    const { post } = await openBedrud()
    const missing = [400, 'Email and password are required']
    for (const body of [{}, { email: mary.email }, { ...mary, email: '  ' }, { ...mary, password: '' }])
      expect(statusAndError(await post('/login', body))).toEqual(missing)
    expect(statusAndError(await post('/login', { ...mary, password: 'p'.repeat(129) }))).toEqual([
      400,
      'Password must be at most 128 characters',
    ])
    expect(statusAndError(await post('/login', { ...mary, password: { $ne: '' } }))).toEqual([
      400,
      'Invalid input',
    ])
  })

  it('blocks sign-in to an account for 15 minutes after ten failures from any IP address', async () => {
    const { post, signIn, advance } = await openBedrud()
    const guess = (index: number) =>
      post('/login', { ...ada, password: `guess ${index}` }, { ip: `192.0.2.${index + 10}` })
    const guesses = []
    for (const index of repeat(12, (index) => index)) guesses.push(await guess(index))
    expect(tally(guesses)).toEqual({ 401: 10, 429: 2 })
    const right = await post('/login', ada, { ip: '192.0.2.99' })
    expect(statusAndError(right)).toEqual([429, 'too many requests, please try again later'])
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
    await signIn(mary)
    await advance(901)
    await signIn(ada)
  })

  it('blocks sign-in to an unknown email after ten failures', async () => {
    const { post } = await openBedrud()
    const guesses = []
    for (const index of repeat(12, (index) => index))
      guesses.push(
        await post('/login', { email: 'nobody@example.com', password: 'x' }, { ip: `192.0.2.${index + 10}` }),
      )
    expect(tally(guesses)).toEqual({ 401: 10, 429: 2 })
  })

  it('does not let parallel password guesses exceed the limit', async () => {
    const { post } = await openBedrud()
    const guesses = repeat(40, (index) =>
      post('/login', { ...ada, password: 'guess' }, { ip: `192.0.2.${index + 10}` }),
    )
    expect(tally(await Promise.all(guesses))).toEqual({ 401: 10, 429: 30 })
  })

  it('logs the reason of a failed sign-in without the password', async () => {
    const { post, lines } = await openBedrud()
    await post('/login', { ...ada, password: 'a guess at it' })
    expect(lines.filter(({ event }) => event === 'signIn')).toMatchObject([
      { outcome: 'refused', reason: 'invalidCredentials', address: '192.0.2.1' },
    ])
    expect(JSON.stringify(lines)).not.toContain('a guess at it')
  })
})

describe('guests', () => {
  it('creates a new guest without an email even for the same name', async () => {
    const { guest, me } = await openBedrud()
    const { accessToken, user } = await guest()
    const other = await guest()
    expect(other.user.id).not.toBe(user.id)
    const profile = await me(accessToken)
    expect(profile.body).toMatchObject({
      id: user.id,
      name: 'Guest User',
      role: 'guest',
      provider: 'guest',
      accesses: ['guest'],
      avatar: null,
    })
    expect(profile.body).not.toHaveProperty('email')
    expect(user).not.toHaveProperty('email')
  })

  it('does not let guests choose their role, email, provider or id', async () => {
    const { post } = await openBedrud()
    const extras = { role: 'superadmin', email: ada.email, provider: 'email', id: ada.id }
    const { body } = await post('/guest-login', { name: 'Guest User', ...extras })
    expect(body.user).toMatchObject({ role: 'guest', provider: 'guest' })
    expect(body.user.id).not.toBe(ada.id)
  })

  it.each([
    [{}, 'Name is required'],
    [{ name: 'G' }, 'Name must be between 2 and 50 characters'],
    [{ name: '' }, 'Name must be between 2 and 50 characters'],
    [{ name: '\u0000' }, 'Name must be between 2 and 50 characters'],
    [{ name: '\u0000a' }, 'Invalid input'],
    [{ name: '<b' }, 'Name must be between 2 and 50 characters'],
    [{ name: 'g'.repeat(51) }, 'Name must be between 2 and 50 characters'],
    [{ name: 7 }, 'Invalid input'],
  ])('rejects a guest with the body %j', async (body, error) => {
    const { post } = await openBedrud()
    expect(statusAndError(await post('/guest-login', body))).toEqual([400, error])
  })

  it('keeps a guest while it refreshes, and deletes it a day after its last token', async () => {
    const { guest, refresh, me, advance, store } = await openBedrud()
    const first = await guest()
    await advance(23 * 3600)
    const second = (await refresh(first.refreshToken)).body
    await advance(23 * 3600)
    const third = (await refresh(second.refreshToken)).body
    expect((await me(third.accessToken)).status).toBe(200)
    await advance(24 * 3600 + 1)
    expect(statusAndError(await refresh(third.refreshToken))).toEqual([401, 'User not found'])
    expect(await store.find('users', { id: first.user.id })).toMatchObject({ provider: 'guest' })
  })

  it('lets guests sign out', async () => {
    const { guest, post, me } = await openBedrud()
    const { accessToken } = await guest()
    expect((await post('/logout', undefined, { bearer: accessToken })).status).toBe(200)
    expect((await me(accessToken)).status).toBe(401)
  })

  it('rejects guests while the operator has disabled them', async () => {
    const { post, settings } = await openBedrud()
    await settings({ guests: false })
    const form = { name: 'Guest User' }
    expect(statusAndError(await post('/guest-login', form))).toEqual([
      403,
      'Guest login is currently disabled',
    ])
    await settings({ registration: 'inviteOnly', guests: true })
    expect((await post('/guest-login', form)).status).toBe(200)
  })
})
