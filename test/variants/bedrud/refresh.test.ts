import { describe, expect, it } from 'vitest'
import {
  ada,
  claimsIn,
  invalidRefreshToken,
  invalidToken,
  mary,
  openBedrud,
  repeat,
  statusAndError,
  tally,
} from './support.ts'

const day = 24 * 3600

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
