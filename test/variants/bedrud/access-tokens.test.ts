import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { ada, claimsIn, erin, invalidToken, mary, openBedrud, statusAndError } from './support.ts'

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
    expect(refresh.exp - refresh.iat).toBe(7 * 24 * 3600)
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
