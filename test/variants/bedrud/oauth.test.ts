import { describe, expect, it } from 'vitest'
import { ada, cookieIn, cookiesIn, lin, mary, openBedrud, tally, times, told } from './support.ts'

const unfinished = [400, 'Failed to complete authentication']
const unsupported = [400, 'Unsupported OAuth provider']
const elsewhere = [409, 'An account with this email already exists via a different sign-in method']
const noEmail = [400, 'Email not provided by OAuth provider']
const robin = 'robin.reed@example.com'

describe('the way to a provider', () => {
  it.each([
    ['google', 'email profile openid'],
    ['github', 'user:email'],
    ['twitter', 'tweet.read users.read users.email'],
  ])('leads to %s, with state, PKCE and our callback', async (provider, scope) => {
    const { startOAuth, publicUrl } = await openBedrud()
    const { location, headers, state } = await startOAuth({ provider })
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${publicUrl}/api/auth/${provider}/callback`,
      scope,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(state).toMatch(/^[\w-]{43}$/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await startOAuth({ provider })).state).not.toBe(state)
  })

  it('asks Google for offline access, and no other provider', async () => {
    const { startOAuth } = await openBedrud()
    const accessType = async (provider: string) =>
      (await startOAuth({ provider })).location.searchParams.get('access_type')
    expect(await accessType('google')).toBe('offline')
    expect(await accessType('github')).toBeNull()
    expect(await accessType('twitter')).toBeNull()
  })

  it('does not let the caller choose the state', async () => {
    const { ask } = await openBedrud()
    const { headers } = await ask('GET', '/google/login?state=mine')
    expect(new URL(headers.get('location') ?? '').searchParams.get('state')).not.toBe('mine')
  })

  it('B02 is held to the browser by a cookie', async () => {
    const { ask } = await openBedrud()
    const { bedrud_session } = cookiesIn(await ask('GET', '/google/login'))
    expect(bedrud_session?.value).toMatch(/^[\w-]{32}\.\.$/)
    expect(bedrud_session?.attributes).toEqual(['HttpOnly', 'Max-Age=3600', 'Path=/', 'SameSite=Lax'])
  })

  it('does not exist for providers that are unknown or unconfigured, either way', async () => {
    const { ask, settings } = await openBedrud()
    await settings({ providers: { google: 'unconfigured' } })
    for (const provider of ['facebook', 'GitHub', 'google', '__proto__', 'passkey']) {
      expect(told(await ask('GET', `/${provider}/login`))).toEqual(unsupported)
      expect(told(await ask('GET', `/${provider}/callback?state=x`))).toEqual(unsupported)
    }
  })
})

describe('the way back', () => {
  it('ends in JSON with the tokens, their cookies, and without the session cookie', async () => {
    const { arrive, me } = await openBedrud()
    const answer = await arrive(lin.email)
    const { accessToken, refreshToken, token, tokens, user } = answer.body
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect([token, tokens]).toEqual([accessToken, { accessToken, refreshToken }])
    expect(user).toMatchObject({
      id: lin.id,
      provider: 'google',
      avatar: 'https://lh3.googleusercontent.com/a/example-lin-chen',
      emailVerifiedAt: '2026-03-02T09:00:00.000Z',
    })
    expect(cookiesIn(answer)).toMatchObject({
      access_token: { value: accessToken },
      refresh_token: { value: refreshToken },
      bedrud_session: { value: '', attributes: expect.arrayContaining(['Max-Age=0']) },
    })
    expect((await me(accessToken)).body.id).toBe(lin.id)
  })

  it('ends at the frontend where there is one, with cookies and nothing in the address', async () => {
    const { arrive, settings, ask } = await openBedrud()
    await settings({ frontendUrl: 'https://meet.example.com/some/path?x=1' })
    const answer = await arrive(lin.email)
    expect([answer.status, answer.headers.get('location'), answer.body]).toEqual([
      302,
      'https://meet.example.com/auth/callback',
      '',
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { body } = await ask('GET', '/me', undefined, { cookie: cookieIn(answer, 'access_token') })
    expect(body.id).toBe(lin.id)
    // What goes wrong is told in JSON all the same.
    expect(told(await arrive(mary.email))).toEqual(elsewhere)
  })

  it('is open once, even to many who come at once', async () => {
    const { startOAuth, decide, comeBack, settings, store } = await openBedrud()
    await settings({ rateLimits: false })
    const { location, cookie } = await startOAuth()
    const back = await decide(location, { decision: 'approve', account: lin.email })
    const answers = await Promise.all(times(20, () => comeBack(back, cookie)))
    expect(tally(answers)).toEqual({ 200: 1, 400: 19 })
    expect(await store.count('sessions', { userId: lin.id })).toBe(1)
    expect(told(await comeBack(back, cookie))).toEqual(unfinished)
  })

  it('is closed to other browsers, and to what is no cookie of ours', async () => {
    const { startOAuth, decide, comeBack, settings } = await openBedrud()
    await settings({ rateLimits: false })
    const { location, cookie } = await startOAuth()
    const other = await startOAuth()
    const back = await decide(location, { decision: 'approve', account: lin.email })
    const value = cookie.split('=')[1]?.split('.')[0] ?? ''
    const wrong = [
      undefined,
      '',
      'bedrud_session=',
      other.cookie,
      `other_${cookie}`,
      `bedrud_session=.${value}.`,
      `bedrud_session=..${value}`,
      `bedrud_session=${value}x..`,
      `bedrud_session=${value}...`,
      'bedrud_session=%00%ff;',
    ]
    for (const one of wrong) expect(told(await comeBack(back, one))).toEqual(unfinished)
    expect((await comeBack(back, `a=b; ${cookie}; c=d`)).status).toBe(200)
  })

  it('is closed to the browser that has begun anew since', async () => {
    const { startOAuth, decide, comeBack } = await openBedrud()
    const first = await startOAuth()
    const second = await startOAuth({ cookie: first.cookie })
    const back = await decide(first.location, { decision: 'approve', account: lin.email })
    expect(told(await comeBack(back, second.cookie))).toEqual(unfinished)
  })

  it('is closed to what came from another provider, or says that it did', async () => {
    const { startOAuth, decide, comeBack } = await openBedrud()
    const { location, cookie } = await startOAuth({ provider: 'github' })
    const back = await decide(location, { decision: 'approve', account: lin.email })
    expect(told(await comeBack(back.replace('github', 'google'), cookie))).toEqual(unfinished)
    expect(told(await comeBack(`${back}&iss=https://evil.example`, cookie))).toEqual(unfinished)
  })

  it('is closed after 10 minutes', async () => {
    const { startOAuth, decide, comeBack, advance } = await openBedrud()
    const { location, cookie } = await startOAuth()
    const back = await decide(location, { decision: 'approve', account: lin.email })
    await advance(601)
    expect(told(await comeBack(back, cookie))).toEqual(unfinished)
  })

  it.each(['', '?code=c', '?state=', '?state=x', '?state=%00', '?state=%zz', '?error=access_denied'])(
    'is closed to %j, and forgets the cookie',
    async (query) => {
      const { comeBack, startOAuth } = await openBedrud()
      const { cookie } = await startOAuth()
      const answer = await comeBack(`/google/callback${query}`, cookie)
      expect(answer.status).toBe(400)
      expect(cookiesIn(answer)).toEqual({
        bedrud_session: { value: '', attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax'] },
      })
    },
  )

  it('signs nobody in who declined, who brings no code, or one that the provider does not know', async () => {
    const { startOAuth, decide, comeBack, store } = await openBedrud()
    const denied = await startOAuth()
    const back = await decide(denied.location, { decision: 'deny' })
    expect(told(await comeBack(back, denied.cookie))).toEqual(unfinished)
    for (const more of ['', '&code=made-up', '&error=server_error&error_description=No%20%26%20no.']) {
      const { state, cookie } = await startOAuth()
      expect(told(await comeBack(`/google/callback?state=${state}${more}`, cookie))).toEqual(unfinished)
    }
    expect(await store.count('sessions', {})).toBe(0)
  })

  it('fails when the provider does, and leaves nothing behind', async () => {
    const { startOAuth, decide, comeBack, settings, store } = await openBedrud()
    const before = await store.count('users', {})
    const { location, cookie } = await startOAuth()
    const back = await decide(location, { decision: 'approve', account: robin })
    await settings({ providers: { google: 'failing' } })
    expect(told(await comeBack(back, cookie))).toEqual([500, 'Failed to complete authentication'])
    expect([await store.count('users', {}), await store.count('sessions', {})]).toEqual([before, 0])
  })
})

describe('who comes through a provider', () => {
  it.each(['google', 'github', 'twitter'])(
    'by %s gets an account, and the same one again',
    async (provider) => {
      const { arrive } = await openBedrud()
      const first = await arrive(robin, { provider })
      expect(first.body.user).toMatchObject({ email: robin, name: 'Robin Reed', role: 'user', provider })
      expect(first.body.user.emailVerifiedAt).not.toBeNull()
      expect((await arrive(robin, { provider })).body.user.id).toBe(first.body.user.id)
    },
  )

  it('never gets the account of another way of signing in, nor of another provider', async () => {
    const { arrive, signUp } = await openBedrud()
    await signUp()
    await arrive(robin, { provider: 'github' })
    for (const account of [ada.email, mary.email, robin, 'user@example.com'])
      expect(told(await arrive(account, { provider: 'google' }))).toEqual(elsewhere)
    expect(told(await arrive(lin.email, { provider: 'github' }))).toEqual(elsewhere)
  })

  it('cannot sign in with a password, nor be signed up over', async () => {
    const { arrive, post } = await openBedrud()
    await arrive(robin)
    expect(told(await post('/login', { email: robin, password: 'anything at all' }))[0]).toBe(401)
    const form = { email: robin, password: 'anything at all', name: 'Robin' }
    expect(told(await post('/register', form))).toEqual([409, 'Email already registered'])
  })

  it.each([
    ['has no address', { account: '900000103' }],
    ['has one that nobody vouches for', { account: '900000102' }],
    ['has Ada’s, which nobody vouches for', { account: 'ada@example.org', emailVerified: false }],
  ])('is nobody when the account %s', async (_, { account, ...others }) => {
    const { arrive, store } = await openBedrud()
    const before = await store.count('users', {})
    expect(told(await arrive(account, others))).toEqual(noEmail)
    expect(await store.count('users', {})).toBe(before)
  })

  it('is nobody when the account here is deactivated', async () => {
    const { arrive, settings } = await openBedrud()
    await settings({ users: [{ user: lin.id, status: 'disabled' }] })
    expect(told(await arrive(lin.email))).toEqual([403, 'Account is deactivated'])
  })

  it('is let in as before, but not for the first time, where registration is not open', async () => {
    const { arrive, settings } = await openBedrud()
    await settings({ registration: 'closed' })
    expect(told(await arrive(robin))).toEqual([403, 'Registration is currently disabled'])
    await settings({ registration: 'inviteOnly' })
    expect(told(await arrive(robin))).toEqual([403, 'Registration requires an invite token'])
    expect((await arrive(lin.email)).status).toBe(200)
  })

  it('has the name and picture that the provider tells today, cleaned', async () => {
    const { arrive, store } = await openBedrud()
    const { body } = await arrive("o'neil@example.com")
    expect(body.user).toMatchObject({ email: "o'neil@example.com", name: 'oneil' })
    const seeded = await store.find('users', { id: lin.id })
    await store.write([
      {
        kind: 'update',
        table: 'users',
        where: { id: lin.id },
        set: { name: 'Lin', picture: null, updatedAt: (seeded?.updatedAt ?? 0) + 1 },
      },
    ])
    expect((await arrive(lin.email)).body.user).toMatchObject({
      name: 'Lin Chen',
      avatar: 'https://lh3.googleusercontent.com/a/example-lin-chen',
    })
  })

  it('leaves no secret in the log', async () => {
    const { arrive, lines } = await openBedrud()
    const { accessToken, refreshToken } = (await arrive(lin.email)).body
    const log = JSON.stringify(lines)
    expect(log).toContain('/api/auth/google/callback')
    for (const secret of [accessToken, refreshToken]) expect(log).not.toContain(secret)
    expect(log).not.toMatch(/code=|state=/)
  })
})

it('keeps a ceremony with a passkey that the same browser has begun', async () => {
  const { post, startOAuth, decide, comeBack } = await openBedrud()
  const passkey = cookieIn(await post('/passkey/login/begin'))
  const { location, cookie } = await startOAuth({ cookie: passkey })
  const [, signIn] = passkey.split('.')
  expect(cookie.split('.')[1]).toBe(signIn)
  const back = await decide(location, { decision: 'approve', account: lin.email })
  const answer = await comeBack(back, cookie)
  expect([answer.status, cookieIn(answer)]).toEqual([200, `bedrud_session=.${signIn}.`])
})
