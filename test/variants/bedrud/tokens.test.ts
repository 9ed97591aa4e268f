import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  ada,
  claimsIn,
  cookieIn,
  cookiesIn,
  erin,
  mary,
  openBedrud,
  type Said,
  tally,
  times,
  told,
} from './support.ts'

const invalidToken = [401, 'Invalid token']
const invalidRefresh = [401, 'Invalid or expired refresh token']
const day = 24 * 3600

describe('an access token', () => {
  it('says what the vendor’s clients read in it', async () => {
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

  it('lives an hour', async () => {
    const { signIn, me, advance } = await openBedrud()
    const { accessToken } = await signIn(mary)
    await advance(3599)
    expect((await me(accessToken)).status).toBe(200)
    await advance(2)
    expect(told(await me(accessToken))).toEqual(invalidToken)
  })

  it.each([
    ['superadmin', ['superadmin', 'user']],
    ['moderator', ['moderator', 'user']],
  ])('does not outdate the role %s, which the profile shows at once', async (role, accesses) => {
    const { signIn, me, refresh, settings } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    await settings({ users: [{ user: mary.id, role }] })
    expect((await me(accessToken)).body).toMatchObject({ role, accesses })
    const next = (await refresh(refreshToken)).body.accessToken
    expect(claimsIn(next).accesses).toEqual(accesses)
    await settings({ users: [{ user: mary.id, role: 'user' }] })
    expect((await me(next)).body).toMatchObject({ role: 'user', accesses: ['user'] })
  })

  it('may be presented under the scheme in any case, and in no other way', async () => {
    const { signIn, ask } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    const said = (authorization: string) => ask('GET', '/me', undefined, { headers: { authorization } })
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect((await said(`${scheme} ${accessToken}`)).status).toBe(200)
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
      const answer = await said(header)
      expect(told(answer)).toEqual(invalidToken)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect(told(await ask('GET', `/me?access_token=${accessToken}`))).toEqual([401, 'Missing authorization'])
  })

  it('counts only as this server signed it', async () => {
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
      await sign({ iss: 'somebody' }),
      await sign({ aud: ['another'] }),
      await sign({ exp: undefined }),
      await sign({ exp: 'never' }),
      await sign({ iat: claims.iat + 600 }),
      await sign({ nbf: claims.iat + 600 }),
      await sign({ sub: ada.id }),
      await sign({ jti: 'another' }),
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${accessToken}.${signature}`,
      accessToken.split('.').slice(0, 2).join('.'),
    ]
    for (const token of forged) expect(told(await me(token))).toEqual(invalidToken)
  })

  it.each([
    ['disabled', [403, 'Account is deactivated']],
    ['deleted', [401, 'User not found']],
  ])('opens nothing more once its account is %s, nor does the refresh token', async (status, refusal) => {
    const { signIn, me, post, refresh, settings } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    await settings({ users: [{ user: mary.id, status }] })
    expect(told(await me(accessToken))).toEqual(refusal)
    expect(told(await post('/logout', undefined, { bearer: accessToken }))).toEqual(refusal)
    expect(told(await post('/passkey/register/begin', undefined, { bearer: accessToken }))).toEqual(refusal)
    expect(told(await refresh(refreshToken))).toEqual(refusal)
  })
})

describe('refreshing', () => {
  it('gives a new pair, under both spellings, and ends the old one', async () => {
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
    expect(told(await me(old.accessToken))).toEqual(invalidToken)
    expect(told(await refresh(old.refreshToken))).toEqual(invalidRefresh)
  })

  it('takes the token from the body, in either spelling, before the cookie', async () => {
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
    'finds no token in the body %j',
    async (body) => {
      const { post } = await openBedrud()
      expect(told(await post('/refresh', body))).toEqual([400, 'No refresh token provided'])
      const form = await post('/refresh', 'refreshToken=x', { headers: { 'content-type': 'text/plain' } })
      expect(told(form)).toEqual([400, 'No refresh token provided'])
    },
  )

  it('needs no access token, and minds no expired one', async () => {
    const { signIn, refresh, advance } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    await advance(2 * 3600)
    expect((await refresh(refreshToken, { bearer: accessToken })).status).toBe(200)
  })

  it('accepts no other kind of token', async () => {
    const { signIn, refresh } = await openBedrud()
    const { accessToken } = await signIn(mary)
    for (const token of [accessToken, 'not-a-token', 'a.b.c', `${accessToken}x`])
      expect(told(await refresh(token))).toEqual(invalidRefresh)
  })

  it('has exactly one success among many at once', async () => {
    const { signIn, refresh, settings, store } = await openBedrud()
    await settings({ rateLimits: false })
    const { refreshToken } = await signIn(mary)
    const answers = await Promise.all(times(30, () => refresh(refreshToken)))
    expect(tally(answers)).toEqual({ 200: 1, 401: 29 })
    expect(await store.count('sessions', { userId: mary.id })).toBe(1)
    const winner = answers.find(({ status }) => status === 200)
    expect((await refresh(winner?.body.refreshToken)).status).toBe(200)
  })

  it('forgives a second use at once, and ends the session at a later one', async () => {
    const { signIn, refresh, me, advance, lines } = await openBedrud()
    const first = (await signIn(mary)).refreshToken
    const second = (await refresh(first)).body
    await advance(9)
    expect(told(await refresh(first))).toEqual(invalidRefresh)
    expect((await me(second.accessToken)).status).toBe(200)
    await advance(2)
    expect(told(await refresh(first))).toEqual(invalidRefresh)
    expect(told(await me(second.accessToken))).toEqual(invalidToken)
    expect(told(await refresh(second.refreshToken))).toEqual(invalidRefresh)
    expect(lines.filter(({ event }) => event === 'refreshTokenReuse')).toMatchObject([{ userId: mary.id }])
  })

  it('works for 7 days, each time anew, and for 90 in all', async () => {
    const { signIn, refresh, advance } = await openBedrud()
    let { refreshToken } = await signIn(mary)
    for (const _ of times(14, String)) {
      await advance(6 * day)
      refreshToken = (await refresh(refreshToken)).body.refreshToken
    }
    await advance(6 * day + 1)
    expect(told(await refresh(refreshToken))).toEqual(invalidRefresh)

    const fresh = await signIn(mary)
    await advance(7 * day + 1)
    expect(told(await refresh(fresh.refreshToken))).toEqual(invalidRefresh)
  })

  it('is over on other devices as soon as one signs in, and there only at the end of the hour', async () => {
    const { signIn, refresh, me, advance } = await openBedrud()
    const phone = await signIn(mary)
    await signIn(mary)
    expect(told(await refresh(phone.refreshToken))).toEqual(invalidRefresh)
    expect((await me(phone.accessToken)).status).toBe(200)
    await advance(3601)
    expect(told(await me(phone.accessToken))).toEqual(invalidToken)
  })
})

describe('signing out', () => {
  it('ends both tokens at once, and deletes both cookies', async () => {
    const { signIn, post, me, refresh } = await openBedrud()
    const { accessToken, refreshToken } = await signIn(mary)
    const signOut = () => post('/logout', { refreshToken }, { bearer: accessToken })
    const done = await signOut()
    expect([done.status, done.body]).toEqual([200, { message: 'logged out' }])
    expect(cookiesIn(done)).toEqual({
      access_token: { value: '', attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax'] },
      refresh_token: { value: '', attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax'] },
    })
    expect(told(await me(accessToken))).toEqual(invalidToken)
    expect(told(await refresh(refreshToken))).toEqual(invalidRefresh)
    expect(told(await signOut())).toEqual(invalidToken)
  })

  it.each([undefined, '{', '[]', '{"refreshToken":7}', '{"refreshToken":"not-a-token"}', '{"x":1}'])(
    'succeeds with the body %j',
    async (body) => {
      const { signIn, post, me, refresh } = await openBedrud()
      const { accessToken, refreshToken } = await signIn(mary)
      expect((await post('/logout', body, { bearer: accessToken })).status).toBe(200)
      expect(told(await me(accessToken))).toEqual(invalidToken)
      expect(told(await refresh(refreshToken))).toEqual(invalidRefresh)
    },
  )

  it('leaves everybody else signed in, whatever it is handed', async () => {
    const { signIn, post, refresh, me } = await openBedrud()
    const maryIn = await signIn(mary)
    const adaIn = await signIn(ada)
    const { refreshToken } = adaIn
    await post('/logout', { refreshToken }, { bearer: maryIn.accessToken })
    expect(told(await me(maryIn.accessToken))).toEqual(invalidToken)
    expect((await me(adaIn.accessToken)).status).toBe(200)
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  it('ends the session of a refresh token that the same user got elsewhere', async () => {
    const { signIn, post, me } = await openBedrud()
    const phone = await signIn(mary)
    const { refreshToken, accessToken } = await signIn(mary)
    await post('/logout', { refresh_token: refreshToken }, { bearer: phone.accessToken })
    expect(told(await me(accessToken))).toEqual(invalidToken)
  })
})

describe('the cookies', () => {
  const attributes = (answer: Said) =>
    Object.fromEntries(Object.entries(cookiesIn(answer)).map(([name, cookie]) => [name, cookie.attributes]))

  it('B02 carry the tokens of every sign-in, out of reach of scripts', async () => {
    const { post } = await openBedrud()
    const answer = await post('/login', mary)
    expect(cookiesIn(answer)).toEqual({
      access_token: {
        value: answer.body.accessToken,
        attributes: ['HttpOnly', 'Max-Age=3600', 'Path=/', 'SameSite=Lax'],
      },
      refresh_token: {
        value: answer.body.refreshToken,
        attributes: ['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax'],
      },
    })
    const { refreshToken } = answer.body
    expect(Object.keys(cookiesIn(await post('/refresh', { refreshToken })))).toHaveLength(2)
    expect(Object.keys(cookiesIn(await post('/guest-login', { name: 'Guest' })))).toHaveLength(2)
    expect(cookiesIn(await post('/login', { ...mary, password: 'wrong' }))).toEqual({})
  })

  it('B02 are for TLS alone behind TLS, where frontends may be on another site', async () => {
    const { post } = await openBedrud({ publicUrl: 'https://api.example.com' })
    const secure = ['HttpOnly', 'Path=/', 'SameSite=None', 'Secure']
    expect(attributes(await post('/login', mary))).toEqual({
      access_token: ['Max-Age=3600', ...secure].sort(),
      refresh_token: ['Max-Age=604800', ...secure].sort(),
    })
    expect(attributes(await post('/passkey/login/begin'))).toEqual({
      bedrud_session: ['Max-Age=3600', ...secure].sort(),
    })
  })

  it('B02 open the profile, and nothing that changes something', async () => {
    const { post, ask } = await openBedrud()
    const cookie = cookieIn(await post('/login', mary), 'access_token')
    expect((await ask('GET', '/me', undefined, { cookie })).body.id).toBe(mary.id)
    for (const path of ['/logout', '/passkey/register/begin', '/passkey/register/finish'])
      expect(told(await post(path, undefined, { cookie }))).toEqual([
        401,
        'Authorization header required for state-changing requests',
      ])
    expect((await ask('GET', '/me', undefined, { cookie })).status).toBe(200)
    expect(told(await post('/logout', undefined, { cookie: 'access_token=x' }))).toEqual(invalidToken)
  })

  it('are not looked at beside a header', async () => {
    const { post, ask, signIn } = await openBedrud()
    const cookie = cookieIn(await post('/login', mary), 'access_token')
    expect(told(await ask('GET', '/me', undefined, { cookie, bearer: 'wrong' }))).toEqual(invalidToken)
    const { accessToken } = await signIn(ada)
    expect((await ask('GET', '/me', undefined, { cookie, bearer: accessToken })).body.id).toBe(ada.id)
  })

  it('B02 do not count on pages of strangers', async () => {
    const { post, ask } = await openBedrud({ publicUrl: 'https://api.example.com' })
    const answer = await post('/login', mary)
    const cookie = `${cookieIn(answer, 'access_token')}; ${cookieIn(answer, 'refresh_token')}`
    const strangers: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'https://localhost.evil.example' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of strangers) {
      expect(told(await post('/refresh', undefined, { cookie, headers }))).toEqual([
        400,
        'No refresh token provided',
      ])
      expect(told(await ask('GET', '/me', undefined, { cookie, headers }))[0]).toBe(401)
    }
    // A frontend on another site says so, too.
    const headers = { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' }
    expect((await ask('GET', '/me', undefined, { cookie, headers })).status).toBe(200)
    expect((await post('/refresh', undefined, { cookie, headers })).status).toBe(200)
  })
})

it('refuses credentials before it looks at anything else', async () => {
  const { post } = await openBedrud()
  const missing = [401, 'Missing authorization']
  for (const path of ['/logout', '/passkey/register/begin', '/passkey/register/finish']) {
    expect(told(await post(path, '{'))).toEqual(missing)
    expect(told(await post(path, {}, { headers: { authorization: '' } }))).toEqual(missing)
  }
})

it('does not sign in who is deactivated, and does again who is not any more', async () => {
  const { post, signIn, settings } = await openBedrud()
  expect((await post('/login', erin)).status).toBe(401)
  await settings({ users: [{ user: erin.id, status: 'active' }] })
  expect((await signIn(erin)).user.id).toBe(erin.id)
})
