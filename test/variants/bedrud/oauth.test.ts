import { describe, expect, it } from 'vitest'
import { ada, cookieIn, cookiesIn, lin, mary, openBedrud, repeat, statusAndError, tally } from './support.ts'

const notCompleted = [400, 'Failed to complete authentication']
const unsupported = [400, 'Unsupported OAuth provider']
const otherSignInMethod = [409, 'An account with this email already exists via a different sign-in method']
const noEmail = [400, 'Email not provided by OAuth provider']
const robin = 'robin.reed@example.com'

describe('startOAuth', () => {
  it.each([
    ['google', 'email profile openid'],
    ['github', 'user:email'],
    ['twitter', 'tweet.read users.read users.email'],
  ])('redirects to %s with state, PKCE and the callback URL', async (provider, scope) => {
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

  it('ignores a state that the caller chooses', async () => {
    const { request } = await openBedrud()
    const { headers } = await request('GET', '/google/login?state=mine')
    expect(new URL(headers.get('location') ?? '').searchParams.get('state')).not.toBe('mine')
  })

  it('B02 binds an OAuth sign-in to the browser with a cookie', async () => {
    const { request } = await openBedrud()
    const [[name, cookie] = []] = Object.entries(cookiesIn(await request('GET', '/google/login')))
    expect(name).toMatch(/^bedrud_oauth_[0-9a-f]{12}$/)
    expect(cookie?.value).toMatch(/^[\w-]{32}$/)
    expect(cookie?.attributes).toEqual(['HttpOnly', 'Max-Age=3600', 'Path=/', 'SameSite=Lax'])
  })

  it('rejects unknown and unconfigured providers at the start and in the callback', async () => {
    const { request, settings } = await openBedrud()
    await settings({ providers: { google: 'unconfigured' } })
    for (const provider of ['facebook', 'GitHub', 'google', '__proto__', 'passkey']) {
      expect(statusAndError(await request('GET', `/${provider}/login`))).toEqual(unsupported)
      expect(statusAndError(await request('GET', `/${provider}/callback?state=x`))).toEqual(unsupported)
    }
  })
})

describe('finishOAuth', () => {
  it('returns the tokens of an OAuth sign-in as JSON and cookies, and deletes the cookie of the attempt', async () => {
    const { startOAuth, decideAtProvider, callback, me } = await openBedrud()
    const { location, cookie } = await startOAuth()
    const back = await decideAtProvider(location, { decision: 'approve', account: lin.email })
    const response = await callback(back, cookie)
    const { accessToken, refreshToken, token, tokens, user } = response.body
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect([token, tokens]).toEqual([accessToken, { accessToken, refreshToken }])
    expect(user).toMatchObject({
      id: lin.id,
      provider: 'google',
      avatar: 'https://lh3.googleusercontent.com/a/example-lin-chen',
      emailVerifiedAt: '2026-03-02T09:00:00.000Z',
    })
    expect(cookiesIn(response)).toMatchObject({
      access_token: { value: accessToken },
      refresh_token: { value: refreshToken },
      [cookie.split('=')[0] ?? '']: { value: '', attributes: expect.arrayContaining(['Max-Age=0']) },
    })
    expect((await me(accessToken)).body.id).toBe(lin.id)
  })

  it('redirects to the configured frontend with the tokens in cookies and not in the URL', async () => {
    const { signInWithProvider, settings, request } = await openBedrud()
    await settings({ frontendUrl: 'https://meet.example.com/some/path?x=1' })
    const response = await signInWithProvider(lin.email)
    expect([response.status, response.headers.get('location'), response.body]).toEqual([
      302,
      'https://meet.example.com/auth/callback#',
      '',
    ])
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { body } = await request('GET', '/me', undefined, { cookie: cookieIn(response, 'access_token') })
    expect(body.id).toBe(lin.id)
    // Errors are JSON in this mode, too.
    expect(statusAndError(await signInWithProvider(mary.email))).toEqual(otherSignInMethod)
  })

  it('redirects to the web URL if it is set explicitly, unless the operator wants JSON', async () => {
    const webUrl = 'https://meet.example.com'
    const configured = await openBedrud({ webUrl })
    const response = await configured.signInWithProvider(lin.email)
    expect([response.status, response.headers.get('location')]).toEqual([302, `${webUrl}/auth/callback#`])
    const json = await openBedrud({ webUrl, operator: { frontendUrl: null } })
    expect((await json.signInWithProvider(lin.email)).status).toBe(200)
  })

  it('completes only one of several concurrent OAuth callbacks', async () => {
    const { startOAuth, decideAtProvider, callback, settings, store } = await openBedrud()
    await settings({ rateLimits: false })
    const { location, cookie } = await startOAuth()
    const back = await decideAtProvider(location, { decision: 'approve', account: lin.email })
    const responses = await Promise.all(repeat(20, () => callback(back, cookie)))
    expect(tally(responses)).toEqual({ 200: 1, 400: 19 })
    expect(await store.count('sessions', { userId: lin.id })).toBe(1)
    expect(statusAndError(await callback(back, cookie))).toEqual(notCompleted)
  })

  it('rejects OAuth callbacks in another browser or with an invalid cookie', async () => {
    const { startOAuth, decideAtProvider, callback, settings } = await openBedrud()
    await settings({ rateLimits: false })
    const { location, cookie } = await startOAuth()
    const other = await startOAuth()
    const back = await decideAtProvider(location, { decision: 'approve', account: lin.email })
    const [name = '', value = ''] = cookie.split('=')
    const wrong = [
      undefined,
      '',
      `${name}=`,
      `${name}=${value}x`,
      `${name}x=${value}`,
      `${name}=${other.cookie.split('=')[1]}`,
      `${name}=%00%ff;`,
      other.cookie,
      `other_${cookie}`,
      `bedrud_oauth_=${value}`,
    ]
    for (const one of wrong) expect(statusAndError(await callback(back, one))).toEqual(notCompleted)
    expect((await callback(back, `a=b; ${cookie}; c=d`)).status).toBe(200)
  })

  it('completes OAuth sign-ins of several tabs of a browser, and after an unrelated callback', async () => {
    const { startOAuth, decideAtProvider, callback } = await openBedrud()
    const first = await startOAuth()
    const second = await startOAuth({ provider: 'github', cookie: first.cookie })
    const cookie = `${first.cookie}; ${second.cookie}`
    const [firstBack, secondBack] = [
      await decideAtProvider(first.location, { decision: 'approve', account: lin.email }),
      await decideAtProvider(second.location, { decision: 'approve', account: robin }),
    ]
    const foreign = await callback('/google/callback?state=x&code=y', cookie)
    expect(statusAndError(foreign)).toEqual(notCompleted)
    for (const { cookie: kept } of [first, second])
      expect(cookiesIn(foreign)).not.toHaveProperty(kept.split('=')[0] ?? '')
    expect((await callback(firstBack, cookie)).status).toBe(200)
    expect((await callback(secondBack, second.cookie)).status).toBe(200)
  })

  it('rejects OAuth callbacks of another provider or issuer', async () => {
    const { startOAuth, decideAtProvider, callback } = await openBedrud()
    const { location, cookie } = await startOAuth({ provider: 'github' })
    const back = await decideAtProvider(location, { decision: 'approve', account: lin.email })
    expect(statusAndError(await callback(back.replace('github', 'google'), cookie))).toEqual(notCompleted)
    expect(statusAndError(await callback(`${back}&iss=https://evil.example`, cookie))).toEqual(notCompleted)
  })

  it('rejects OAuth callbacks after 10 minutes', async () => {
    const { startOAuth, decideAtProvider, callback, advance } = await openBedrud()
    const { location, cookie } = await startOAuth()
    const back = await decideAtProvider(location, { decision: 'approve', account: lin.email })
    await advance(601)
    expect(statusAndError(await callback(back, cookie))).toEqual(notCompleted)
  })

  it.each(['', '?code=c', '?state=', '?state=x', '?state=%00', '?state=%zz', '?error=access_denied'])(
    'rejects the callback query %j and keeps the cookies of other attempts',
    async (query) => {
      const { callback, startOAuth } = await openBedrud()
      const { cookie } = await startOAuth()
      const response = await callback(`/google/callback${query}`, cookie)
      expect(response.status).toBe(400)
      expect(cookiesIn(response)).not.toHaveProperty(cookie.split('=')[0] ?? '')
    },
  )

  it('deletes the cookie of an OAuth sign-in that failed', async () => {
    const { callback, startOAuth } = await openBedrud()
    const { state, cookie } = await startOAuth()
    const response = await callback(`/google/callback?state=${state}&error=access_denied`, cookie)
    expect(response.status).toBe(400)
    expect(cookiesIn(response)).toEqual({
      [cookie.split('=')[0] ?? '']: {
        value: '',
        attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax'],
      },
    })
  })

  it('rejects OAuth callbacks after a denial, without a code and with an unknown code', async () => {
    const { startOAuth, decideAtProvider, callback, store } = await openBedrud()
    const denied = await startOAuth()
    const back = await decideAtProvider(denied.location, { decision: 'deny' })
    expect(statusAndError(await callback(back, denied.cookie))).toEqual(notCompleted)
    for (const more of ['', '&code=made-up', '&error=server_error&error_description=No%20%26%20no.']) {
      const { state, cookie } = await startOAuth()
      expect(statusAndError(await callback(`/google/callback?state=${state}${more}`, cookie))).toEqual(
        notCompleted,
      )
    }
    expect(await store.count('sessions', {})).toBe(0)
  })

  it('fails with 500 if the provider fails, and creates no user or session', async () => {
    const { startOAuth, decideAtProvider, callback, settings, store } = await openBedrud()
    const before = await store.count('users', {})
    const { location, cookie } = await startOAuth()
    const back = await decideAtProvider(location, { decision: 'approve', account: robin })
    await settings({ providers: { google: 'failing' } })
    expect(statusAndError(await callback(back, cookie))).toEqual([500, 'Failed to complete authentication'])
    expect([await store.count('users', {}), await store.count('sessions', {})]).toEqual([before, 0])
  })
})

describe('accounts of provider users', () => {
  it.each(['google', 'github', 'twitter'])(
    'creates an account at the first sign-in through %s and reuses it at the next',
    async (provider) => {
      const { signInWithProvider } = await openBedrud()
      const first = await signInWithProvider(robin, { provider })
      expect(first.body.user).toMatchObject({ email: robin, name: 'Robin Reed', role: 'user', provider })
      expect(first.body.user.emailVerifiedAt).not.toBeNull()
      expect((await signInWithProvider(robin, { provider })).body.user.id).toBe(first.body.user.id)
    },
  )

  it('never links accounts with different sign-in methods or providers', async () => {
    const { signInWithProvider, signUp } = await openBedrud()
    await signUp()
    await signInWithProvider(robin, { provider: 'github' })
    for (const account of [ada.email, mary.email, robin, 'user@example.com'])
      expect(statusAndError(await signInWithProvider(account, { provider: 'google' }))).toEqual(
        otherSignInMethod,
      )
    expect(statusAndError(await signInWithProvider(lin.email, { provider: 'github' }))).toEqual(
      otherSignInMethod,
    )
  })

  it('rejects a password and a second registration for the email of a provider user', async () => {
    const { signInWithProvider, post } = await openBedrud()
    await signInWithProvider(robin)
    expect(statusAndError(await post('/login', { email: robin, password: 'anything at all' }))[0]).toBe(401)
    const form = { email: robin, password: 'anything at all', name: 'Robin' }
    expect(statusAndError(await post('/register', form))).toEqual([409, 'Email already registered'])
  })

  it.each([
    ['without an email', { account: '900000103' }],
    ['with an unverified email', { account: '900000102' }],
    ['with the unverified email of Ada', { account: 'ada@example.org', emailVerified: false }],
  ])('creates no account for a provider user %s', async (_, { account, ...others }) => {
    const { signInWithProvider, store } = await openBedrud()
    const before = await store.count('users', {})
    expect(statusAndError(await signInWithProvider(account, others))).toEqual(noEmail)
    expect(await store.count('users', {})).toBe(before)
  })

  it('rejects a provider user whose account is deactivated', async () => {
    const { signInWithProvider, settings } = await openBedrud()
    await settings({ users: [{ user: lin.id, status: 'disabled' }] })
    expect(statusAndError(await signInWithProvider(lin.email))).toEqual([403, 'Account is deactivated'])
  })

  it('lets existing provider users sign in, but creates none, unless registration is open', async () => {
    const { signInWithProvider, settings } = await openBedrud()
    await settings({ registration: 'closed' })
    expect(statusAndError(await signInWithProvider(robin))).toEqual([
      403,
      'Registration is currently disabled',
    ])
    await settings({ registration: 'inviteOnly' })
    expect(statusAndError(await signInWithProvider(robin))).toEqual([
      403,
      'Registration requires an invite token',
    ])
    expect((await signInWithProvider(lin.email)).status).toBe(200)
  })

  it('updates name and avatar from the provider at each sign-in, and cleans the name', async () => {
    const { signInWithProvider, store } = await openBedrud()
    const { body } = await signInWithProvider("o'neil@example.com")
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
    expect((await signInWithProvider(lin.email)).body.user).toMatchObject({
      name: 'Lin Chen',
      avatar: 'https://lh3.googleusercontent.com/a/example-lin-chen',
    })
  })

  it('logs no tokens, codes or states of an OAuth sign-in', async () => {
    const { signInWithProvider, lines } = await openBedrud()
    const { accessToken, refreshToken } = (await signInWithProvider(lin.email)).body
    const log = JSON.stringify(lines)
    expect(log).toContain('/api/auth/google/callback')
    for (const secret of [accessToken, refreshToken]) expect(log).not.toContain(secret)
    expect(log).not.toMatch(/code=|state=/)
  })
})

it('keeps a pending passkey ceremony during an OAuth sign-in in the same browser', async () => {
  const { post, startOAuth, decideAtProvider, callback } = await openBedrud()
  const passkey = cookieIn(await post('/passkey/login/begin'))
  const { location, headers, cookie } = await startOAuth({ cookie: passkey })
  expect(headers.getSetCookie()).toHaveLength(1)
  const back = await decideAtProvider(location, { decision: 'approve', account: lin.email })
  const response = await callback(back, `${passkey}; ${cookie}`)
  expect(response.status).toBe(200)
  expect(cookiesIn(response)).not.toHaveProperty(passkey.split('=')[0] ?? '')
})
