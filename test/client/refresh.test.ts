import { getEventListeners } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { memoryTokens } from '../../src/client/index.ts'
import { gate, refusal, signedIn } from './session-api.ts'

const hundred = <Result>(call: () => Promise<Result>) => Promise.all(Array.from({ length: 100 }, call))
const user = { params: { path: { userId: 'u1' } } }

describe('one refresh', () => {
  test('answers 100 parallel calls that were all refused', async () => {
    const { api, bkend } = await signedIn()
    api.expire()
    const results = await hundred(() => bkend.GET('/v1/auth/me'))
    expect(results.map(({ data }) => data)).toEqual(Array(100).fill({ id: 'u1' }))
    expect(api.times('/v1/auth/refresh')).toBe(1)
    expect(api.times('/v1/auth/me')).toBe(200)
  })

  test('serves a call too that is refused only after it ended', async () => {
    const { api, bkend } = await signedIn()
    const late = gate()
    api.expire()
    api.overrides['/v1/auth/me'] = async () => {
      if (api.times('/v1/auth/me') > 1) return undefined
      await late.opened
      return refusal(401, 'auth/token-expired')
    }
    const slow = bkend.GET('/v1/auth/me')
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    late.open()
    expect((await slow).response.status).toBe(200)
    expect(api.times('/v1/auth/refresh')).toBe(1)
  })

  test('is spared where the store already has newer tokens of the session', async () => {
    const tokens = memoryTokens()
    const { api, bkend } = await signedIn({ tokens })
    api.overrides['/v1/auth/me'] = async ({ headers }) => {
      if (headers.get('Authorization') !== 'Bearer access-1') return undefined
      await tokens.set({ ...(await tokens.get()), ...api.issue() })
      return refusal(401, 'auth/token-expired')
    }
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    expect(api.times('/v1/auth/refresh')).toBe(0)
  })

  test('and one repetition are all that a call gets', async () => {
    const { api, bkend } = await signedIn()
    api.overrides['/v1/auth/me'] = () => refusal(401, 'auth/token-expired')
    const { error } = await bkend.GET('/v1/auth/me')
    expect(error?.error.code).toBe('auth/token-expired')
    expect(api.times('/v1/auth/refresh')).toBe(1)
    expect(api.times('/v1/auth/me')).toBe(2)
  })

  test('follows each expiry', async () => {
    const { api, bkend } = await signedIn()
    for (const refreshes of [1, 2, 3]) {
      api.expire()
      expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
      expect(api.times('/v1/auth/refresh')).toBe(refreshes)
    }
  })

  test('goes on for the others when one caller gives up, who need not wait for it', async () => {
    const { api, bkend } = await signedIn()
    const refreshing = gate()
    const held = gate()
    api.overrides['/v1/auth/refresh'] = async () => {
      refreshing.open()
      await held.opened
      return undefined
    }
    api.expire()
    const impatience = new AbortController()
    const impatient = bkend.GET('/v1/auth/me', { signal: impatience.signal })
    const patient = bkend.GET('/v1/auth/me')
    await refreshing.opened
    impatience.abort()
    await expect(impatient).rejects.toThrow('aborted')
    held.open()
    expect((await patient).response.status).toBe(200)
    expect(api.times('/v1/auth/refresh')).toBe(1)
  })

  test('is not waited for by a caller who gave up before it began', async () => {
    const { api, bkend } = await signedIn()
    const impatience = new AbortController()
    api.overrides['/v1/auth/me'] = () => {
      impatience.abort()
      return refusal(401, 'auth/token-expired')
    }
    await expect(bkend.GET('/v1/auth/me', { signal: impatience.signal })).rejects.toThrow('aborted')
    expect(api.times('/v1/auth/me')).toBe(1)
  })

  test.each([
    ['succeeds', undefined],
    ['fails', () => Promise.reject(new Error('offline'))],
  ])('leaves no abort listener behind when it %s', async (_, renewal) => {
    const { api, bkend } = await signedIn()
    const watched: { signal: AbortSignal; listeners: number }[] = []
    api.expire()
    api.overrides['/v1/auth/me'] = ({ signal }) => {
      watched.push({ signal, listeners: getEventListeners(signal, 'abort').length })
      return undefined
    }
    if (renewal) api.overrides['/v1/auth/refresh'] = renewal
    await bkend.GET('/v1/auth/me').catch(() => {})
    const [first] = watched
    expect(getEventListeners(first?.signal as AbortSignal, 'abort')).toHaveLength(first?.listeners ?? -1)
  })
})

describe('a refused call is repeated with', () => {
  test('its JSON', async () => {
    const { api, bkend } = await signedIn()
    api.expire()
    const body = { name: 'Ada, Countess of Lovelace 👩‍💻' }
    const { data } = await bkend.PATCH('/v1/users/{userId}', { ...user, body })
    expect(data).toEqual({ id: 'u1', body: JSON.stringify(body) })
    expect(api.times('/v1/auth/refresh')).toBe(1)
  })

  test('its form, to the byte', async () => {
    const { api, bkend } = await signedIn()
    api.expire()
    const form = new FormData()
    form.set('avatar', new Blob([new Uint8Array(200_000)]), 'ada.png')
    await bkend.PATCH('/v1/users/{userId}', { ...user, body: {}, bodySerializer: () => form })
    const [first, second, ...others] = api.asked.filter(({ path }) => path === '/v1/users/u1')
    expect(first?.body.length).toBeGreaterThan(200_000)
    expect(second?.body).toBe(first?.body)
    expect(second?.headers.get('Content-Type')).toBe(first?.headers.get('Content-Type'))
    expect(second?.headers.get('Authorization')).toBe('Bearer access-2')
    expect(others).toEqual([])
  })

  test('its stream', async () => {
    const { api, bkend } = await signedIn()
    api.expire()
    const { data } = await bkend.PATCH('/v1/users/{userId}', {
      ...user,
      body: {},
      bodySerializer: () => new Blob(['{"name":', '"Ada"}']).stream(),
      duplex: 'half',
    })
    expect(data).toMatchObject({ body: '{"name":"Ada"}' })
  })
})

describe('no refresh follows', () => {
  test('a wrong current password', async () => {
    const { api, bkend } = await signedIn()
    const { error } = await bkend.POST('/v1/auth/password/change', {
      body: { currentPassword: 'wrong', newPassword: 'Corr3ct-Horse!' },
    })
    expect(error?.error.code).toBe('auth/invalid-password')
    expect(api.times('/v1/auth/refresh')).toBe(0)
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1' })
  })

  test('the 401 of a call that sends no token, whatever its code', async () => {
    const { api, bkend } = await signedIn()
    api.overrides['/v1/auth/email/signin'] = () => refusal(401, 'auth/token-expired')
    const { response } = await bkend.POST('/v1/auth/email/signin', {
      body: { method: 'password', email: 'user@example.com', password: 'wrong' },
    })
    expect(response.status).toBe(401)
    expect(api.times('/v1/auth/email/signin')).toBe(2)
    expect(api.times('/v1/auth/refresh')).toBe(0)
  })

  test('the 401 of a refresh that the app makes itself', async () => {
    const { api, bkend } = await signedIn()
    const { error } = await bkend.POST('/v1/auth/refresh', { body: { refreshToken: 'unknown' } })
    expect(error?.error.code).toBe('auth/invalid-refresh-token')
    expect(api.times('/v1/auth/refresh')).toBe(1)
  })

  test('a 401 that is not the API’s', async () => {
    const { api, bkend } = await signedIn()
    api.overrides['/v1/auth/me'] = () => new Response('<h1>Who are you?</h1>', { status: 401 })
    const { error } = await bkend.GET('/v1/auth/me')
    expect(error).toBe('<h1>Who are you?</h1>')
    expect(api.times('/v1/auth/refresh')).toBe(0)
  })

  test('a 401 that a caller gets for a token of its own', async () => {
    const { api, bkend } = await signedIn()
    const { response } = await bkend.GET('/v1/auth/me', { headers: { Authorization: 'Bearer mine' } })
    expect(response.status).toBe(401)
    expect(api.asked.at(-1)?.headers.get('Authorization')).toBe('Bearer mine')
    expect(api.times('/v1/auth/refresh')).toBe(0)
  })

  test('a 401 of somebody who has not signed in', async () => {
    const { api, bkend } = await signedIn()
    await bkend.tokens.clear()
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(401)
    expect(api.times('/v1/auth/refresh')).toBe(0)
  })
})

describe('a refresh that is refused', () => {
  test('ends the session once, and every caller gets its own 401', async () => {
    const onSignedOut = vi.fn()
    const { api, bkend } = await signedIn({ onSignedOut })
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => refusal(401, 'auth/session-expired')
    const results = await hundred(() => bkend.GET('/v1/auth/me'))
    expect(new Set(results.map(({ error }) => error?.error.code))).toEqual(new Set(['auth/token-expired']))
    expect(api.times('/v1/auth/refresh')).toBe(1)
    expect(api.times('/v1/auth/me')).toBe(100)
    expect(await bkend.tokens.get()).toBeUndefined()
    expect(onSignedOut).toHaveBeenCalledOnce()
  })

  test('for the API key’s sake ends no session: the caller is told about the key', async () => {
    const onSignedOut = vi.fn()
    const { api, bkend } = await signedIn({ onSignedOut })
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => refusal(401, 'auth/token-revoked')
    const { error } = await bkend.GET('/v1/auth/me')
    expect(error?.error.code).toBe('auth/token-revoked')
    expect(await bkend.tokens.get()).toMatchObject({ refreshToken: 'refresh-1' })
    expect(onSignedOut).not.toHaveBeenCalled()
  })

  test('cannot happen without a refresh token: the session is over at once', async () => {
    const { api, bkend } = await signedIn()
    await bkend.tokens.set({ accessToken: 'handed over alone' })
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(401)
    expect(api.times('/v1/auth/refresh')).toBe(0)
    expect(await bkend.tokens.get()).toBeUndefined()
  })
})

describe('a refresh that fails', () => {
  test.each([429, 503])('with %i hands that answer to every caller and keeps the session', async (status) => {
    const { api, bkend } = await signedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => refusal(status, 'common/unavailable', { 'Retry-After': '7' })
    const results = await hundred(() => bkend.GET('/v1/auth/me'))
    for (const { error, response } of results) {
      expect(response.status).toBe(status)
      expect(response.headers.get('Retry-After')).toBe('7')
      expect(error?.error.code).toBe('common/unavailable')
    }
    expect(api.times('/v1/auth/refresh')).toBe(1)

    delete api.overrides['/v1/auth/refresh']
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('in the network rejects as the call itself would have, and keeps the session', async () => {
    const { api, bkend } = await signedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => {
      throw new TypeError('fetch failed')
    }
    const outcomes = await Promise.allSettled([bkend.GET('/v1/auth/me'), bkend.GET('/v1/auth/me')])
    expect(outcomes).toMatchObject(Array(2).fill({ reason: { message: 'fetch failed' } }))

    delete api.overrides['/v1/auth/refresh']
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('with a 200 that has no tokens, such as a hotel’s sign-in page, rejects and keeps the session', async () => {
    const { api, bkend } = await signedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => Response.json({ welcome: 'to our hotel' })
    await expect(bkend.GET('/v1/auth/me')).rejects.toThrow('renewed with 200, but without tokens')
    expect(await bkend.tokens.get()).toMatchObject({ refreshToken: 'refresh-1' })
  })
})
