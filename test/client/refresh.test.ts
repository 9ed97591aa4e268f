import { getEventListeners } from 'node:events'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { memoryTokens } from '../../src/client/index.ts'
import { createSignedIn, errorResponse, gate } from './session-api.ts'

const call100 = <Result>(call: () => Promise<Result>) => Promise.all(Array.from({ length: 100 }, call))
const user = { params: { path: { userId: 'u1' } } }

describe('a token refresh', () => {
  test('refreshes once for 100 concurrent calls with an expired token', async () => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    const results = await call100(() => bkend.GET('/v1/auth/me'))
    expect(results.map(({ data }) => data)).toEqual(Array(100).fill({ id: 'u1' }))
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
    expect(api.countRequests('/v1/auth/me')).toBe(200)
  })

  test('does not refresh again for a call that gets its 401 after the refresh', async () => {
    const { api, bkend } = await createSignedIn()
    const late = gate()
    api.expire()
    api.overrides['/v1/auth/me'] = async () => {
      if (api.countRequests('/v1/auth/me') > 1) return undefined
      await late.opened
      return errorResponse(401, 'auth/token-expired')
    }
    const slow = bkend.GET('/v1/auth/me')
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    late.open()
    expect((await slow).response.status).toBe(200)
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
  })

  test('does not refresh if the store already has newer tokens of the session', async () => {
    const tokens = memoryTokens()
    const { api, bkend } = await createSignedIn({ tokens })
    api.overrides['/v1/auth/me'] = async ({ headers }) => {
      if (headers.get('Authorization') !== 'Bearer access-1') return undefined
      await tokens.set({ ...(await tokens.get()), ...api.issue() })
      return errorResponse(401, 'auth/token-expired')
    }
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    expect(api.countRequests('/v1/auth/refresh')).toBe(0)
  })

  test('refreshes only once per call, even if the repeated call gets a 401 as well', async () => {
    const { api, bkend } = await createSignedIn()
    api.overrides['/v1/auth/me'] = () => errorResponse(401, 'auth/token-expired')
    const { error } = await bkend.GET('/v1/auth/me')
    expect(error?.error.code).toBe('auth/token-expired')
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
    expect(api.countRequests('/v1/auth/me')).toBe(2)
  })

  test('refreshes after each expiry', async () => {
    const { api, bkend } = await createSignedIn()
    for (const refreshes of [1, 2, 3]) {
      api.expire()
      expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
      expect(api.countRequests('/v1/auth/refresh')).toBe(refreshes)
    }
  })

  test('continues a refresh for other calls when one call is aborted', async () => {
    const { api, bkend } = await createSignedIn()
    const started = gate()
    const response = gate()
    api.overrides['/v1/auth/refresh'] = async () => {
      started.open()
      await response.opened
      return undefined
    }
    api.expire()
    const controller = new AbortController()
    const aborted = bkend.GET('/v1/auth/me', { signal: controller.signal })
    const waiting = bkend.GET('/v1/auth/me')
    await started.opened
    controller.abort()
    await expect(aborted).rejects.toThrow('aborted')
    response.open()
    expect((await waiting).response.status).toBe(200)
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
  })

  test('rejects a call at once that was aborted before the refresh', async () => {
    const { api, bkend } = await createSignedIn()
    const controller = new AbortController()
    api.overrides['/v1/auth/me'] = () => {
      controller.abort()
      return errorResponse(401, 'auth/token-expired')
    }
    await expect(bkend.GET('/v1/auth/me', { signal: controller.signal })).rejects.toThrow('aborted')
    expect(api.countRequests('/v1/auth/me')).toBe(1)
  })

  test.each([
    ['succeeds', undefined],
    ['fails', () => Promise.reject(new Error('offline'))],
  ])('removes its abort listener when the refresh %s', async (_, override) => {
    const { api, bkend } = await createSignedIn()
    const seen: { signal: AbortSignal; listeners: number }[] = []
    api.expire()
    api.overrides['/v1/auth/me'] = ({ signal }) => {
      seen.push({ signal, listeners: getEventListeners(signal, 'abort').length })
      return undefined
    }
    if (override) api.overrides['/v1/auth/refresh'] = override
    await bkend.GET('/v1/auth/me').catch(() => {})
    const [first] = seen
    expect(getEventListeners(first?.signal as AbortSignal, 'abort')).toHaveLength(first?.listeners ?? -1)
  })
})

describe('a repeated call', () => {
  test('repeats a call with its JSON body', async () => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    const body = { name: 'Ada, Countess of Lovelace 👩‍💻' }
    const { data } = await bkend.PATCH('/v1/users/{userId}', { ...user, body })
    expect(data).toEqual({ id: 'u1', body: JSON.stringify(body) })
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
  })

  test('repeats a call with the identical bytes of its form', async () => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    const form = new FormData()
    form.set('avatar', new Blob([new Uint8Array(200_000)]), 'ada.png')
    await bkend.PATCH('/v1/users/{userId}', { ...user, body: {}, bodySerializer: () => form })
    const [first, second, ...others] = api.requests.filter(({ path }) => path === '/v1/users/u1')
    expect(first?.body.length).toBeGreaterThan(200_000)
    expect(second?.body).toBe(first?.body)
    expect(second?.headers.get('Content-Type')).toBe(first?.headers.get('Content-Type'))
    expect(second?.headers.get('Authorization')).toBe('Bearer access-2')
    expect(others).toEqual([])
  })

  test('repeats a call whose body is a stream', async () => {
    const { api, bkend } = await createSignedIn()
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

describe('a 401 without a refresh', () => {
  test('returns the 401 of a wrong current password', async () => {
    const { api, bkend } = await createSignedIn()
    const { error } = await bkend.POST('/v1/auth/password/change', {
      body: { currentPassword: 'wrong', newPassword: 'Corr3ct-Horse!' },
    })
    expect(error?.error.code).toBe('auth/invalid-password')
    expect(api.countRequests('/v1/auth/refresh')).toBe(0)
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1' })
  })

  test('returns the 401 of a call that sends no token, whatever its code is', async () => {
    const { api, bkend } = await createSignedIn()
    api.overrides['/v1/auth/email/signin'] = () => errorResponse(401, 'auth/token-expired')
    const { response } = await bkend.POST('/v1/auth/email/signin', {
      body: { method: 'password', email: 'user@example.com', password: 'wrong' },
    })
    expect(response.status).toBe(401)
    expect(api.countRequests('/v1/auth/email/signin')).toBe(2)
    expect(api.countRequests('/v1/auth/refresh')).toBe(0)
  })

  test('returns the 401 of a refresh that the app calls itself', async () => {
    const { api, bkend } = await createSignedIn()
    const { error } = await bkend.POST('/v1/auth/refresh', { body: { refreshToken: 'unknown' } })
    expect(error?.error.code).toBe('auth/invalid-refresh-token')
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
  })

  test('returns a 401 that does not come from the API', async () => {
    const { api, bkend } = await createSignedIn()
    api.overrides['/v1/auth/me'] = () => new Response('<h1>Unauthorized</h1>', { status: 401 })
    const { error } = await bkend.GET('/v1/auth/me')
    expect(error).toBe('<h1>Unauthorized</h1>')
    expect(api.countRequests('/v1/auth/refresh')).toBe(0)
  })

  test('returns the 401 of a call with its own Authorization header', async () => {
    const { api, bkend } = await createSignedIn()
    const { response } = await bkend.GET('/v1/auth/me', { headers: { Authorization: 'Bearer other' } })
    expect(response.status).toBe(401)
    expect(api.requests.at(-1)?.headers.get('Authorization')).toBe('Bearer other')
    expect(api.countRequests('/v1/auth/refresh')).toBe(0)
  })

  test('returns the 401 of a call before any sign-in', async () => {
    const { api, bkend } = await createSignedIn()
    await bkend.tokens.clear()
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(401)
    expect(api.countRequests('/v1/auth/refresh')).toBe(0)
  })
})

describe('a rejected refresh', () => {
  test('ends the session once if the refresh is rejected, and returns each call its own 401', async () => {
    const onSignedOut = vi.fn()
    const { api, bkend } = await createSignedIn({ onSignedOut })
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => errorResponse(401, 'auth/session-expired')
    const results = await call100(() => bkend.GET('/v1/auth/me'))
    expect(new Set(results.map(({ error }) => error?.error.code))).toEqual(new Set(['auth/token-expired']))
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
    expect(api.countRequests('/v1/auth/me')).toBe(100)
    expect(await bkend.tokens.get()).toBeUndefined()
    expect(onSignedOut).toHaveBeenCalledOnce()
  })

  test('keeps the session if the API key caused the rejection, and returns that error', async () => {
    const onSignedOut = vi.fn()
    const { api, bkend } = await createSignedIn({ onSignedOut })
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => errorResponse(401, 'auth/token-revoked')
    const { error } = await bkend.GET('/v1/auth/me')
    expect(error?.error.code).toBe('auth/token-revoked')
    expect(await bkend.tokens.get()).toMatchObject({ refreshToken: 'refresh-1' })
    expect(onSignedOut).not.toHaveBeenCalled()
  })

  test('ends the session at once if there is no refresh token', async () => {
    const { api, bkend } = await createSignedIn()
    await bkend.tokens.set({ accessToken: 'without a refresh token' })
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(401)
    expect(api.countRequests('/v1/auth/refresh')).toBe(0)
    expect(await bkend.tokens.get()).toBeUndefined()
  })
})

describe('a failed refresh', () => {
  test.each([429, 503])(
    'returns the %i of a refresh to every call, and keeps the session',
    async (status) => {
      const { api, bkend } = await createSignedIn()
      api.expire()
      api.overrides['/v1/auth/refresh'] = () =>
        errorResponse(status, 'common/unavailable', { 'Retry-After': '7' })
      vi.useFakeTimers({ toFake: ['performance'] })
      onTestFinished(() => void vi.useRealTimers())
      const results = await call100(() => bkend.GET('/v1/auth/me'))
      for (const { error, response } of results) {
        expect(response.status).toBe(status)
        expect(response.headers.get('Retry-After')).toBe('7')
        expect(error?.error.code).toBe('common/unavailable')
      }
      expect(api.countRequests('/v1/auth/refresh')).toBe(1)

      delete api.overrides['/v1/auth/refresh']
      vi.advanceTimersByTime(7000)
      expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    },
  )

  test('rejects with the network error of a refresh, and keeps the session', async () => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => {
      throw new TypeError('fetch failed')
    }
    const outcomes = await Promise.allSettled([bkend.GET('/v1/auth/me'), bkend.GET('/v1/auth/me')])
    expect(outcomes).toMatchObject(Array(2).fill({ reason: { message: 'fetch failed' } }))

    delete api.overrides['/v1/auth/refresh']
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('rejects if the 200 of a refresh contains no tokens, and keeps the session', async () => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => Response.json({ portal: 'hotel' })
    await expect(bkend.GET('/v1/auth/me')).rejects.toThrow('The 200 response contains no tokens')
    expect(await bkend.tokens.get()).toMatchObject({ refreshToken: 'refresh-1' })
  })
})
