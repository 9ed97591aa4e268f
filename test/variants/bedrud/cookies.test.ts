import { describe, expect, it } from 'vitest'
import {
  type ApiResponse,
  ada,
  cookieIn,
  cookiesIn,
  invalidToken,
  mary,
  openBedrud,
  statusAndError,
} from './support.ts'

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
