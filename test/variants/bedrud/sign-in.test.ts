import { describe, expect, it } from 'vitest'
import { ada, erin, lin, mary, openBedrud, tally, times, told } from './support.ts'

const refused = [401, 'invalid credentials']

describe('signing in', () => {
  it('answers every failure alike, byte for byte', async () => {
    const { post } = await openBedrud()
    const attempts = [
      { email: 'nobody@example.com', password: mary.password },
      { email: mary.email, password: 'harbour lights at ten' },
      { email: lin.email, password: 'anything at all' },
      { email: erin.email, password: erin.password },
      { email: erin.email, password: 'wrong' },
      { email: 'no address', password: mary.password },
    ]
    const answers = []
    for (const [index, attempt] of attempts.entries())
      answers.push(await post('/login', attempt, { address: `192.0.2.${index + 10}` }))
    for (const answer of answers) {
      expect(told(answer)).toEqual(refused)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    const seen = answers.map(({ body, headers }) =>
      JSON.stringify([body, [...headers].filter(([name]) => name !== 'x-request-id')]),
    )
    expect(new Set(seen).size).toBe(1)
  })

  it('knows an address however it is spelled', async () => {
    const { signIn } = await openBedrud()
    expect((await signIn({ ...mary, email: ' MARY.Major@Example.com ' })).user.id).toBe(mary.id)
  })

  it('wants an address and a password, of which the second is not endless', async () => {
    const { post } = await openBedrud()
    const missing = [400, 'Email and password are required']
    for (const body of [{}, { email: mary.email }, { ...mary, email: '  ' }, { ...mary, password: '' }])
      expect(told(await post('/login', body))).toEqual(missing)
    expect(told(await post('/login', { ...mary, password: 'p'.repeat(129) }))).toEqual([
      400,
      'Password must be at most 128 characters',
    ])
    expect(told(await post('/login', { ...mary, password: { $ne: '' } }))).toEqual([400, 'Invalid input'])
  })

  it('throttles an account after ten failures, wherever they come from, and recovers by itself', async () => {
    const { post, signIn, advance } = await openBedrud()
    const guess = (index: number) =>
      post('/login', { ...ada, password: `guess ${index}` }, { address: `192.0.2.${index + 10}` })
    const guesses = []
    for (const index of times(12, (index) => index)) guesses.push(await guess(index))
    expect(tally(guesses)).toEqual({ 401: 10, 429: 2 })
    const right = await post('/login', ada, { address: '192.0.2.99' })
    expect(told(right)).toEqual([429, 'too many requests, please try again later'])
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
    await signIn(mary)
    await advance(901)
    await signIn(ada)
  })

  it('throttles an address that nobody has in the same way', async () => {
    const { post } = await openBedrud()
    const guesses = []
    for (const index of times(12, (index) => index))
      guesses.push(
        await post(
          '/login',
          { email: 'nobody@example.com', password: 'x' },
          { address: `192.0.2.${index + 10}` },
        ),
      )
    expect(tally(guesses)).toEqual({ 401: 10, 429: 2 })
  })

  it('lets no parallel guesses pass the limit', async () => {
    const { post } = await openBedrud()
    const guesses = times(40, (index) =>
      post('/login', { ...ada, password: 'guess' }, { address: `192.0.2.${index + 10}` }),
    )
    expect(tally(await Promise.all(guesses))).toEqual({ 401: 10, 429: 30 })
  })

  it('tells nobody but the log who failed why, and that without the password', async () => {
    const { post, lines } = await openBedrud()
    await post('/login', { ...ada, password: 'a guess at it' })
    expect(lines.filter(({ event }) => event === 'signIn')).toMatchObject([
      { outcome: 'refused', reason: 'invalidCredentials', ip: '192.0.2.1' },
    ])
    expect(JSON.stringify(lines)).not.toContain('a guess at it')
  })
})

describe('a guest', () => {
  it('has a name, no address and a user of its own, even under the same name', async () => {
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

  it('gets no say in who it is', async () => {
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
    [{ name: '\u0000a' }, 'Name must be between 2 and 50 characters'],
    [{ name: '<b' }, 'Name must be between 2 and 50 characters'],
    [{ name: 'g'.repeat(51) }, 'Name must be between 2 and 50 characters'],
    [{ name: 7 }, 'Invalid input'],
  ])('is refused as %j', async (body, error) => {
    const { post } = await openBedrud()
    expect(told(await post('/guest-login', body))).toEqual([400, error])
  })

  it('lives on while it refreshes, and is gone a day after its last token', async () => {
    const { guest, refresh, me, advance, store } = await openBedrud()
    const first = await guest()
    await advance(23 * 3600)
    const second = (await refresh(first.refreshToken)).body
    await advance(23 * 3600)
    const third = (await refresh(second.refreshToken)).body
    expect((await me(third.accessToken)).status).toBe(200)
    await advance(24 * 3600 + 1)
    expect(told(await refresh(third.refreshToken))).toEqual([401, 'User not found'])
    expect(await store.find('users', { id: first.user.id })).toMatchObject({ provider: 'guest' })
  })

  it('can sign out', async () => {
    const { guest, post, me } = await openBedrud()
    const { accessToken } = await guest()
    expect((await post('/logout', undefined, { bearer: accessToken })).status).toBe(200)
    expect((await me(accessToken)).status).toBe(401)
  })

  it('may not come where the operator wants none', async () => {
    const { post, settings } = await openBedrud()
    await settings({ guests: false })
    const form = { name: 'Guest User' }
    expect(told(await post('/guest-login', form))).toEqual([403, 'Guest login is currently disabled'])
    await settings({ registration: 'inviteOnly', guests: true })
    expect((await post('/guest-login', form)).status).toBe(200)
  })
})
