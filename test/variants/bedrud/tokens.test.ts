import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  type ApiResponse,
  ada,
  claimsIn,
  cookieIn,
  cookiesIn,
  erin,
  mary,
  openBedrud,
  repeat,
  statusAndError,
  tally,
} from './support.ts'

const invalidToken = [401, 'Invalid token']
const invalidRefreshToken = [401, 'Invalid or expired refresh token']
const day = 24 * 3600

describe('access tokens', () => {
  it('puts the claims that the vendor’s clients read into both tokens', async () => {
    const { signIn, guest } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    const access = claimsIn(accessToken)
    expect(access).toMatchObject({
      sub: mary.id,
      userId: mary.id,
      email: mary.email,
      name: 'Mary Major',
      provider: 'local',
      accesses: ['user'],
      iss: 'bedrud',
      aud: ['bedrud'],
    })
    expect(access.exp - access.iat).toBe(3600)
    expect(access).not.toHaveProperty('purpose')
    const refresh = claimsIn(refreshToken)
    expect(refresh).toMatchObject({ userId: mary.id, purpose: 'refresh' })
    expect(refresh.exp - refresh.iat).toBe(7 * day)
    expect(claimsIn((await guest()).accessToken)).toMatchObject({
      email: '',
      provider: 'guest',
      accesses: ['guest'],
    })
    const [header] = accessToken.split('.')
    expect(Buffer.from(header ?? '', 'base64url').toString()).toBe('{"alg":"HS256","typ":"JWT"}')
  })

  it('rejects an access token after an hour', async () => {
    const { signIn, me, advance } = await openBedrud()
    const { accessToken } = await signIn(mary)
    // Tokens count whole seconds, and the test itself takes time.
    await advance(3590)
    expect((await me(accessToken)).status).toBe(200)
    await advance(11)
    expect(statusAndError(await me(accessToken))).toEqual(invalidToken)
  })

  it.each([
    ['superadmin', ['superadmin', 'user']],
    ['moderator', ['moderator', 'user']],
  ])('shows the new role %s in the profile before the access token has it', async (role, accesses) => {
    const { signIn, me, refresh, settings } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    await settings({ users: [{ user: mary.id, role }] })
    expect((await me(accessToken)).body).toMatchObject({ role, accesses })
    const next = (await refresh(refreshToken)).body.accessToken
    expect(claimsIn(next).accesses).toEqual(accesses)
    await settings({ users: [{ user: mary.id, role: 'user' }] })
    expect((await me(next)).body).toMatchObject({ role: 'user', accesses: ['user'] })
  })

  it('accepts access tokens only with the Bearer scheme, in any case', async () => {
    const { signIn, request } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    const withHeader = (authorization: string) =>
      request('GET', '/me', undefined, { headers: { authorization } })
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect((await withHeader(`${scheme} ${accessToken}`)).status).toBe(200)
    for (const header of [
      'Bearer',
      accessToken,
      `Basic ${accessToken}`,
      `Bearer ${accessToken} ${accessToken}`,
      `Bearer ${accessToken}, Bearer ${accessToken}`,
      `Bearer ${accessToken}.x`,
      'Bearer %00%ff',
      `Bearer ${'a'.repeat(65_536)}`,
      `Bearer ${refreshToken}`,
    ]) {
      const response = await withHeader(header)
      expect(statusAndError(response)).toEqual(invalidToken)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect(statusAndError(await request('GET', `/me?access_token=${accessToken}`))).toEqual([
      401,
      'Missing authorization',
    ])
  })

  it('rejects access tokens with a wrong signature, algorithm or claim', async () => {
    const secret = 'a secret of the tests, which is long enough'
    const { signIn, me } = await openBedrud({ secrets: [secret] })
    const { accessToken } = await signIn(mary)
    const claims = claimsIn(accessToken)
    const sign = (changes: object, header: object = {}, key = secret) =>
      new SignJWT({ ...claims, ...changes })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
        .sign(new TextEncoder().encode(key))
    expect((await me(await sign({}))).status).toBe(200)
    const [, payload = '', signature = ''] = accessToken.split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const forged = [
      await sign({}, {}, 'another secret, which is long enough too'),
      await sign({}, { alg: 'HS512' }),
      await sign({}, { kid: '../../dev/null' }, 'x'.repeat(32)),
      await sign({ iss: 'another' }),
      await sign({ aud: ['another'] }),
      await sign({ exp: undefined }),
      await sign({ exp: 'never' }),
      await sign({ iat: claims.iat + 600 }),
      await sign({ nbf: claims.iat + 600 }),
      await sign({ sub: ada.id }),
      await sign({ jti: undefined }),
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${accessToken}.${signature}`,
      accessToken.split('.').slice(0, 2).join('.'),
    ]
    for (const token of forged) expect(statusAndError(await me(token))).toEqual(invalidToken)
  })

  it.each([
    ['disabled', [403, 'Account is deactivated']],
    ['deleted', [401, 'User not found']],
  ])('rejects both tokens once their account is %s', async (status, error) => {
    const { signIn, me, post, refresh, settings } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    await settings({ users: [{ user: mary.id, status }] })
    expect(statusAndError(await me(accessToken))).toEqual(error)
    expect(statusAndError(await post('/logout', undefined, { bearer: accessToken }))).toEqual(error)
    expect(statusAndError(await post('/passkey/register/begin', undefined, { bearer: accessToken }))).toEqual(
      error,
    )
    expect(statusAndError(await refresh(refreshToken))).toEqual(error)
  })
})

describe('refreshTokens', () => {
  it('returns new tokens in both spellings and revokes the old refresh token', async () => {
    const { signIn, refresh, me } = await openBedrud()
    const old = await signIn(mary)
    const { status, body, headers } = await refresh(old.refreshToken)
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(body).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      access_token: body.accessToken,
      refresh_token: body.refreshToken,
    })
    expect((await me(body.accessToken)).body.id).toBe(mary.id)
    expect(statusAndError(await refresh(old.refreshToken))).toEqual(invalidRefreshToken)
  })

  it('accepts an access token after a refresh until it expires, as tabs share the cookies', async () => {
    const { signIn, refresh, me, advance } = await openBedrud()
    let { accessToken, refreshToken } = await signIn(mary)
    const oldest = accessToken
    for (const _ of repeat(3, String)) {
      await advance(600)
      expect((await me(accessToken)).status).toBe(200)
      ;({ accessToken, refreshToken } = (await refresh(refreshToken)).body)
      expect((await me(oldest)).body.id).toBe(mary.id)
    }
    await advance(1801)
    expect(statusAndError(await me(oldest))).toEqual(invalidToken)
    expect((await me(accessToken)).status).toBe(200)
  })

  it('rejects access tokens from before a refresh as soon as their session ends', async () => {
    const { signIn, refresh, me, post, settings, advance } = await openBedrud()
    const start = async (user: typeof mary) => {
      const { accessToken: old, refreshToken: used } = await signIn(user)
      const { accessToken, refreshToken } = (await refresh(used)).body
      expect((await me(old)).status).toBe(200)
      return { old, used, accessToken, refreshToken }
    }
    const signedOut = await start(mary)
    await post('/logout', undefined, { bearer: signedOut.accessToken })
    expect(statusAndError(await me(signedOut.old))).toEqual(invalidToken)
    const signedOutByOld = await start(mary)
    await post('/logout', undefined, { bearer: signedOutByOld.old })
    expect(statusAndError(await me(signedOutByOld.accessToken))).toEqual(invalidToken)
    const reused = await start(mary)
    await advance(11)
    expect((await refresh(reused.used)).status).toBe(401)
    expect(statusAndError(await me(reused.old))).toEqual(invalidToken)
    const disabled = await start(mary)
    await settings({ users: [{ user: mary.id, status: 'disabled' }] })
    expect((await me(disabled.old)).status).toBe(403)
    const deleted = await start(ada)
    await settings({ users: [{ user: ada.id, status: 'deleted' }] })
    expect(statusAndError(await me(deleted.old))).toEqual([401, 'User not found'])
  })

  it('prefers the refresh token in the body, in either spelling, to the cookie', async () => {
    const { signIn, post } = await openBedrud()
    const { refreshToken } = await signIn(mary)
    const other = await signIn(ada)
    const cookie = `refresh_token=${other.refreshToken}`
    const snake = await post('/refresh', { refresh_token: refreshToken, refreshToken: null }, { cookie })
    expect(claimsIn(snake.body.accessToken).userId).toBe(mary.id)
    const byCookie = await post('/refresh', undefined, { cookie })
    expect(claimsIn(byCookie.body.accessToken).userId).toBe(ada.id)
    const next = snake.body.refreshToken
    const both = { refreshToken: next, refresh_token: 'not-a-token' }
    expect((await post('/refresh', both)).status).toBe(200)
  })

  it.each([undefined, '', '{', '[]', '"x"', '{"refreshToken":7}', '{"refreshToken":""}'])(
    'finds no refresh token in the body %j',
    async (body) => {
      const { post } = await openBedrud()
      expect(statusAndError(await post('/refresh', body))).toEqual([400, 'No refresh token provided'])
      const form = await post('/refresh', 'refreshToken=x', { headers: { 'content-type': 'text/plain' } })
      expect(statusAndError(form)).toEqual([400, 'No refresh token provided'])
    },
  )

  it('refreshes without an access token or with an expired one', async () => {
    const { signIn, refresh, advance } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    await advance(2 * 3600)
    expect((await refresh(refreshToken, { bearer: accessToken })).status).toBe(200)
  })

  it('rejects other kinds of tokens as refresh tokens', async () => {
    const { signIn, refresh } = await openBedrud()
    const { accessToken } = await signIn(mary)
    for (const token of [accessToken, 'not-a-token', 'a.b.c', `${accessToken}x`])
      expect(statusAndError(await refresh(token))).toEqual(invalidRefreshToken)
  })

  it('lets exactly one of several concurrent refreshes succeed', async () => {
    const { signIn, refresh, settings, store } = await openBedrud()
    await settings({ rateLimits: false })
    const { refreshToken } = await signIn(mary)
    const responses = await Promise.all(repeat(30, () => refresh(refreshToken)))
    expect(tally(responses)).toEqual({ 200: 1, 401: 29 })
    expect(await store.count('sessions', { userId: mary.id })).toBe(1)
    const winner = responses.find(({ status }) => status === 200)
    expect((await refresh(winner?.body.refreshToken)).status).toBe(200)
  })

  it('ends the session when a refresh token is reused more than 10 seconds after its rotation', async () => {
    const { signIn, refresh, me, advance, lines } = await openBedrud()
    const first = (await signIn(mary)).refreshToken
    const second = (await refresh(first)).body
    await advance(9)
    expect(statusAndError(await refresh(first))).toEqual(invalidRefreshToken)
    expect((await me(second.accessToken)).status).toBe(200)
    await advance(2)
    expect(statusAndError(await refresh(first))).toEqual(invalidRefreshToken)
    expect(statusAndError(await me(second.accessToken))).toEqual(invalidToken)
    expect(statusAndError(await refresh(second.refreshToken))).toEqual(invalidRefreshToken)
    expect(lines.filter(({ event }) => event === 'refreshTokenReuse')).toMatchObject([{ userId: mary.id }])
  })

  it('accepts a refresh token for 7 days, and refreshes a session for at most 90 days', async () => {
    const { signIn, refresh, advance } = await openBedrud()
    let { refreshToken } = await signIn(mary)
    for (const _ of repeat(14, String)) {
      await advance(6 * day)
      refreshToken = (await refresh(refreshToken)).body.refreshToken
    }
    await advance(6 * day + 1)
    expect(statusAndError(await refresh(refreshToken))).toEqual(invalidRefreshToken)

    const fresh = await signIn(mary)
    await advance(7 * day + 1)
    expect(statusAndError(await refresh(fresh.refreshToken))).toEqual(invalidRefreshToken)
  })

  it('revokes the refresh token of other devices at sign-in, but not their access token', async () => {
    const { signIn, refresh, me, advance } = await openBedrud()
    const phone = await signIn(mary)
    await signIn(mary)
    expect(statusAndError(await refresh(phone.refreshToken))).toEqual(invalidRefreshToken)
    expect((await me(phone.accessToken)).status).toBe(200)
    await advance(3601)
    expect(statusAndError(await me(phone.accessToken))).toEqual(invalidToken)
  })
})

describe('signOut', () => {
  it('revokes both tokens at sign-out and deletes both cookies', async () => {
    const { signIn, post, me, refresh } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    const signOut = () => post('/logout', { refreshToken }, { bearer: accessToken })
    const done = await signOut()
    expect([done.status, done.body]).toEqual([200, { message: 'logged out' }])
    expect(cookiesIn(done)).toEqual({
      access_token: { value: '', attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax'] },
      refresh_token: { value: '', attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax'] },
    })
    expect(statusAndError(await me(accessToken))).toEqual(invalidToken)
    expect(statusAndError(await refresh(refreshToken))).toEqual(invalidRefreshToken)
    expect(statusAndError(await signOut())).toEqual(invalidToken)
  })

  it.each([undefined, '{', '[]', '{"refreshToken":7}', '{"refreshToken":"not-a-token"}', '{"x":1}'])(
    'signs out with the body %j',
    async (body) => {
      const { signIn, post, me, refresh } = await openBedrud()
      const { accessToken, refreshToken } = await signIn(mary)
      expect((await post('/logout', body, { bearer: accessToken })).status).toBe(200)
      expect(statusAndError(await me(accessToken))).toEqual(invalidToken)
      expect(statusAndError(await refresh(refreshToken))).toEqual(invalidRefreshToken)
    },
  )

  it('ignores the refresh token of another user at sign-out', async () => {
    const { signIn, post, refresh, me } = await openBedrud()
    const maryIn = await signIn(mary)
    const adaIn = await signIn(ada)
    const { refreshToken } = adaIn
    await post('/logout', { refreshToken }, { bearer: maryIn.accessToken })
    expect(statusAndError(await me(maryIn.accessToken))).toEqual(invalidToken)
    expect((await me(adaIn.accessToken)).status).toBe(200)
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  it('ends another session of the same user at sign-out if its refresh token is sent', async () => {
    const { signIn, post, me } = await openBedrud()
    const phone = await signIn(mary)
    const { refreshToken, accessToken } = await signIn(mary)
    await post('/logout', { refresh_token: refreshToken }, { bearer: phone.accessToken })
    expect(statusAndError(await me(accessToken))).toEqual(invalidToken)
  })
})

describe('the token cookies', () => {
  const attributes = (response: ApiResponse) =>
    Object.fromEntries(Object.entries(cookiesIn(response)).map(([name, cookie]) => [name, cookie.attributes]))

  it('B02 sets the tokens of every sign-in as HttpOnly cookies', async () => {
    const { post } = await openBedrud()
    const response = await post('/login', mary)
    expect(cookiesIn(response)).toEqual({
      access_token: {
        value: response.body.accessToken,
        attributes: ['HttpOnly', 'Max-Age=3600', 'Path=/', 'SameSite=Lax'],
      },
      refresh_token: {
        value: response.body.refreshToken,
        attributes: ['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax'],
      },
    })
    const { refreshToken } = response.body
    expect(Object.keys(cookiesIn(await post('/refresh', { refreshToken })))).toHaveLength(2)
    expect(Object.keys(cookiesIn(await post('/guest-login', { name: 'Guest' })))).toHaveLength(2)
    expect(cookiesIn(await post('/login', { ...mary, password: 'wrong' }))).toEqual({})
  })

  it('B02 sets cookies as Secure and SameSite=None over HTTPS', async () => {
    const { post } = await openBedrud({ publicUrl: 'https://api.example.com' })
    const secure = ['HttpOnly', 'Path=/', 'SameSite=None', 'Secure']
    expect(attributes(await post('/login', mary))).toEqual({
      access_token: ['Max-Age=3600', ...secure].sort(),
      refresh_token: ['Max-Age=604800', ...secure].sort(),
    })
    const begun = await post('/passkey/login/begin')
    expect(attributes(begun)).toEqual({
      [cookieIn(begun).split('=')[0] ?? '']: ['Max-Age=3600', ...secure].sort(),
    })
  })

  it('B02 limits all cookies to the path of the server', async () => {
    const { post, request } = await openBedrud({ publicUrl: 'https://example.com/meet/api' })
    const signedIn = await post('/login', mary)
    const refreshed = await post('/refresh', { refreshToken: signedIn.body.refreshToken })
    const responses = [
      signedIn,
      refreshed,
      await post('/logout', undefined, { bearer: refreshed.body.accessToken }),
      await post('/passkey/login/begin'),
      await request('GET', '/google/login'),
      await request('GET', '/google/callback?state=x'),
    ]
    const cookies = responses.flatMap((response) => response.headers.getSetCookie())
    expect(cookies).toHaveLength(9)
    for (const cookie of cookies) expect(cookie).toContain('; Path=/meet/api;')
  })

  it('B02 accepts the cookie alone for the profile, but not for operations that change something', async () => {
    const { post, request } = await openBedrud()
    const cookie = cookieIn(await post('/login', mary), 'access_token')
    expect((await request('GET', '/me', undefined, { cookie })).body.id).toBe(mary.id)
    for (const path of ['/logout', '/passkey/register/begin', '/passkey/register/finish'])
      expect(statusAndError(await post(path, undefined, { cookie }))).toEqual([
        401,
        'Authorization header required for state-changing requests',
      ])
    expect((await request('GET', '/me', undefined, { cookie })).status).toBe(200)
    expect(statusAndError(await post('/logout', undefined, { cookie: 'access_token=x' }))).toEqual(
      invalidToken,
    )
  })

  it('ignores the cookie if the request has an Authorization header', async () => {
    const { post, request, signIn } = await openBedrud()
    const cookie = cookieIn(await post('/login', mary), 'access_token')
    expect(statusAndError(await request('GET', '/me', undefined, { cookie, bearer: 'wrong' }))).toEqual(
      invalidToken,
    )
    const { accessToken } = await signIn(ada)
    expect((await request('GET', '/me', undefined, { cookie, bearer: accessToken })).body.id).toBe(ada.id)
  })

  it('B02 ignores token cookies in requests from untrusted origins', async () => {
    const { post, request } = await openBedrud({ publicUrl: 'https://api.example.com' })
    const response = await post('/login', mary)
    const cookie = `${cookieIn(response, 'access_token')}; ${cookieIn(response, 'refresh_token')}`
    const untrusted: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'https://localhost.evil.example' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of untrusted) {
      expect(statusAndError(await post('/refresh', undefined, { cookie, headers }))).toEqual([
        400,
        'No refresh token provided',
      ])
      expect(statusAndError(await request('GET', '/me', undefined, { cookie, headers }))[0]).toBe(401)
    }
    // A trusted frontend can be on another site.
    const headers = { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' }
    expect((await request('GET', '/me', undefined, { cookie, headers })).status).toBe(200)
    expect((await post('/refresh', undefined, { cookie, headers })).status).toBe(200)
  })
})

it('rejects missing credentials before it reads the body', async () => {
  const { post } = await openBedrud()
  const missing = [401, 'Missing authorization']
  for (const path of ['/logout', '/passkey/register/begin', '/passkey/register/finish']) {
    expect(statusAndError(await post(path, '{'))).toEqual(missing)
    expect(statusAndError(await post(path, {}, { headers: { authorization: '' } }))).toEqual(missing)
  }
})

it('rejects sign-in while the account is deactivated', async () => {
  const { post, signIn, settings } = await openBedrud()
  expect((await post('/login', erin)).status).toBe(401)
  await settings({ users: [{ user: erin.id, status: 'active' }] })
  expect((await signIn(erin)).user.id).toBe(erin.id)
})
