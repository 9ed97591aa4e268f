import { describe, expect, it } from 'vitest'
import {
  ada,
  cookiesIn,
  invalidRefreshToken,
  invalidToken,
  mary,
  openBedrud,
  statusAndError,
} from './support.ts'

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
