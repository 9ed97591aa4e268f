import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import {
  createBedrudClient,
  createBkendClient,
  memoryTokens,
  type TokenStore,
} from '../../src/client/index.ts'
import { createSessionApi, createSignedIn, credentials, errorResponse, gate } from './session-api.ts'

/** Creates a slow store, such as one in IndexedDB or on a server. */
const slowTokens = (): TokenStore => {
  const tokens = memoryTokens()
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
  return {
    get: () => nextTurn().then(tokens.get),
    set: (next) => nextTurn().then(() => tokens.set(next)),
    clear: () => nextTurn().then(tokens.clear),
  }
}

describe('the token store', () => {
  test.each([
    ['sign-up', '/v1/auth/email/signup', { ...credentials, name: 'Ada' }],
    ['sign-in', '/v1/auth/email/signin', credentials],
    [
      'an OAuth code exchange',
      '/v1/auth/google/callback',
      { code: '4/0AX', redirectUri: 'https://app.test' },
    ],
  ])('stores the tokens of %s', async (_name, path, body) => {
    const api = createSessionApi()
    const bkend = createBkendClient({ baseUrl: 'http://api.test', apiKey: 'pk_test', fetch: api.fetch })
    await bkend.POST(path as '/v1/auth/email/signin', { body: body as typeof credentials })
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-1' })
  })

  test('stores tokens that were parsed in another realm, as in Jest', async () => {
    const api = createSessionApi()
    const fetch = async (request: Request) => {
      const response = await api.fetch(request)
      const parsed = JSON.stringify(await response.clone().json())
      const json = async () => runInNewContext(`(${parsed})`)
      return Object.assign(response, { json, clone: () => Object.assign(new Response(), { json }) })
    }
    const bkend = createBkendClient({ baseUrl: 'http://api.test', apiKey: 'pk_test', fetch })
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-1' })
  })

  test('stores the tokens of a refresh by the app, and repeats pending calls with them', async () => {
    const { api, bkend } = await createSignedIn()
    const late = gate()
    api.overrides['/v1/auth/me'] = async () => {
      if (api.countRequests('/v1/auth/me') > 1) return undefined
      await late.opened
      return errorResponse(401, 'auth/invalid-token')
    }
    const pending = bkend.GET('/v1/auth/me')
    await bkend.POST('/v1/auth/refresh', { body: { refreshToken: 'refresh-1' } })
    late.open()
    expect((await pending).response.status).toBe(200)
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-2' })
  })

  test('stores tokens before their call resolves, even if the store is slow', async () => {
    const { bkend, api } = await createSignedIn({ tokens: slowTokens() })
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    api.expire()
    const results = await Promise.all([bkend.GET('/v1/auth/me'), bkend.GET('/v1/auth/me')])
    expect(results.map(({ response }) => response.status)).toEqual([200, 200])
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
  })

  test('rejects a call if the store cannot save its tokens', async () => {
    const full = { ...memoryTokens(), set: () => Promise.reject(new Error('QuotaExceededError')) }
    await expect(createSignedIn({ tokens: full })).rejects.toThrow('QuotaExceededError')
  })
})

describe('a sign-out', () => {
  test('clears the tokens after a sign-out, and does not call onSignedOut', async () => {
    const onSignedOut = vi.fn()
    const { bkend } = await createSignedIn({ onSignedOut })
    expect((await bkend.POST('/v1/auth/signout')).response.status).toBe(200)
    expect(await bkend.tokens.get()).toBeUndefined()
    expect(onSignedOut).not.toHaveBeenCalled()
  })

  test('refreshes an expired token for a sign-out, so that the API can end the session', async () => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    expect((await bkend.POST('/v1/auth/signout')).response.status).toBe(200)
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
    expect(await bkend.tokens.get()).toBeUndefined()
  })

  test('clears the tokens after a password change, which ends every session', async () => {
    const { bkend } = await createSignedIn()
    await bkend.POST('/v1/auth/password/change', {
      body: { currentPassword: 'password123', newPassword: 'Corr3ct-Horse!' },
    })
    expect(await bkend.tokens.get()).toBeUndefined()
  })

  test('keeps the tokens after a failed sign-out, so that it can be repeated', async () => {
    const { api, bkend } = await createSignedIn()
    api.overrides['/v1/auth/signout'] = () => errorResponse(503, 'common/unavailable')
    await bkend.POST('/v1/auth/signout')
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1' })
  })
})

describe.each([
  ['synchronous', memoryTokens],
  ['slow', slowTokens],
])('a race with a %s store', (_name, createStore) => {
  /** Starts a refresh that the API has accepted, but whose response has not arrived. */
  const startRefresh = async () => {
    const onSignedOut = vi.fn()
    const { api, bkend } = await createSignedIn({ tokens: createStore(), onSignedOut })
    const started = gate()
    const arrived = gate()
    api.expire()
    api.overrides['/v1/auth/refresh'] = async () => {
      const response = Response.json(api.issue())
      started.open()
      await arrived.opened
      return response
    }
    const call = bkend.GET('/v1/auth/me')
    await started.opened
    return { api, bkend, call, arrive: arrived.open, onSignedOut }
  }

  test('does not restore a session that was cleared during the refresh', async () => {
    const { bkend, call, arrive, onSignedOut } = await startRefresh()
    const cleared = bkend.tokens.clear()
    arrive()
    expect((await call).response.status).toBe(401)
    await cleared
    expect(await bkend.tokens.get()).toBeUndefined()
    expect(onSignedOut).not.toHaveBeenCalled()
  })

  test('does not restore a session that is cleared when the refresh ends', async () => {
    const { bkend, call, arrive } = await startRefresh()
    arrive()
    await Promise.resolve()
    await bkend.tokens.clear()
    await call
    expect(await bkend.tokens.get()).toBeUndefined()
  })

  test('keeps the session of another user who signed in during the refresh', async () => {
    const { api, bkend, call, arrive } = await startRefresh()
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    const newTokens = await bkend.tokens.get()
    arrive()
    const { response } = await call
    expect(response.status).toBe(401)
    expect(await bkend.tokens.get()).toEqual(newTokens)
    expect(api.countRequests('/v1/auth/me')).toBe(1)
  })

  test('keeps the session of another user who signed in before the refresh was rejected', async () => {
    const { api, bkend } = await createSignedIn({ tokens: createStore() })
    const started = gate()
    const rejected = gate()
    api.expire()
    api.overrides['/v1/auth/refresh'] = async () => {
      started.open()
      await rejected.opened
      return errorResponse(401, 'auth/invalid-refresh-token')
    }
    const call = bkend.GET('/v1/auth/me')
    await started.opened
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    rejected.open()
    await call
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('does not repeat a call in the session of a user who signed in later', async () => {
    const { api, bkend } = await createSignedIn({ tokens: createStore() })
    const late = gate()
    const arrived = gate()
    api.overrides['/v1/users/u1'] = async () => {
      arrived.open()
      await late.opened
      return errorResponse(401, 'auth/invalid-token')
    }
    const call = bkend.PATCH('/v1/users/{userId}', {
      params: { path: { userId: 'u1' } },
      body: { name: 'Ada' },
    })
    await arrived.opened
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    late.open()
    expect((await call).response.status).toBe(401)
    expect(api.countRequests('/v1/users/u1')).toBe(1)
  })

  test('keeps a new session if the response to an earlier sign-out arrives late', async () => {
    const { api, bkend } = await createSignedIn({ tokens: createStore() })
    const arrived = gate()
    const late = gate()
    api.overrides['/v1/auth/signout'] = async () => {
      arrived.open()
      await late.opened
      return Response.json({ message: 'Signed out' })
    }
    const signOut = bkend.POST('/v1/auth/signout')
    await arrived.opened
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    late.open()
    await signOut
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-2' })
  })
})

test('clears the tokens if a sign-out falls between the last read and the write of a refresh', async () => {
  const tokens = memoryTokens()
  const reading = gate()
  const readDone = gate()
  let reads = 0
  const { api, bkend } = await createSignedIn({
    tokens: {
      ...tokens,
      async get() {
        const found = await tokens.get()
        // The call reads first, then the refresh. The third read comes before the write.
        if (++reads === 3) {
          reading.open()
          await readDone.opened
        }
        return found
      },
    },
  })
  api.expire()
  const call = bkend.GET('/v1/auth/me')
  await reading.opened
  const signedOut = bkend.tokens.clear()
  readDone.open()
  await Promise.all([call, signedOut])
  expect(reads).toBe(3)
  expect(await tokens.get()).toBeUndefined()
})

describe('a sign-out of Bedrud', () => {
  const logout = async (init: { body?: { refreshToken: string } }) => {
    const bodies: string[] = []
    const bedrud = createBedrudClient({
      baseUrl: 'http://api.test',
      tokens: memoryTokens({ accessToken: 'a1', refreshToken: 'r1' }),
      fetch: async (request) => {
        if (request.url.endsWith('/refresh')) return Response.json({ accessToken: 'a2', refreshToken: 'r2' })
        bodies.push(await request.text())
        if (request.headers.get('Authorization') === 'Bearer a1') {
          return Response.json({ error: 'Invalid token' }, { status: 401 })
        }
        return Response.json({ message: 'logged out' })
      },
    })
    await bedrud.POST('/api/auth/logout', init)
    return { bodies, tokens: await bedrud.tokens.get() }
  }

  test('signs out with the refresh token of the session, or the new one after a refresh', async () => {
    const { bodies, tokens } = await logout({})
    expect(bodies).toEqual(['{"refreshToken":"r1"}', '{"refreshToken":"r2"}'])
    expect(tokens).toBeUndefined()
  })

  test('signs out with the refresh token that the caller passes', async () => {
    const { bodies } = await logout({ body: { refreshToken: 'other' } })
    expect(bodies).toEqual(['{"refreshToken":"other"}', '{"refreshToken":"other"}'])
  })
})
