import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import {
  createBedrudClient,
  createBkendClient,
  memoryTokens,
  type TokenStore,
} from '../../src/client/index.ts'
import { createSessionApi, credentials, gate, refusal, signedIn } from './session-api.ts'

/** A store that takes its time, as one in IndexedDB or on a server would. */
const slowTokens = (): TokenStore => {
  const tokens = memoryTokens()
  const soon = () => new Promise((resolve) => setImmediate(resolve))
  return {
    get: () => soon().then(tokens.get),
    set: (next) => soon().then(() => tokens.set(next)),
    clear: () => soon().then(tokens.clear),
  }
}

describe('tokens are kept', () => {
  test.each([
    ['sign-up', '/v1/auth/email/signup', { ...credentials, name: 'Ada' }],
    ['sign-in', '/v1/auth/email/signin', credentials],
    [
      'an exchanged OAuth code',
      '/v1/auth/google/callback',
      { code: '4/0AX', redirectUri: 'https://app.test' },
    ],
  ])('after %s', async (_name, path, body) => {
    const api = createSessionApi()
    const bkend = createBkendClient({ baseUrl: 'http://api.test', apiKey: 'pk_test', fetch: api.fetch })
    await bkend.POST(path as '/v1/auth/email/signin', { body: body as typeof credentials })
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-1' })
  })

  test('when they were parsed in another realm, as in Jest', async () => {
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

  test('when the app refreshes by itself, and calls under way are still repeated', async () => {
    const { api, bkend } = await signedIn()
    const late = gate()
    api.overrides['/v1/auth/me'] = async () => {
      if (api.times('/v1/auth/me') > 1) return undefined
      await late.opened
      return refusal(401, 'auth/invalid-token')
    }
    const underWay = bkend.GET('/v1/auth/me')
    await bkend.POST('/v1/auth/refresh', { body: { refreshToken: 'refresh-1' } })
    late.open()
    expect((await underWay).response.status).toBe(200)
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-2' })
  })

  test('before the call that brings them resolves, however slow the store is', async () => {
    const { bkend, api } = await signedIn({ tokens: slowTokens() })
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    api.expire()
    const results = await Promise.all([bkend.GET('/v1/auth/me'), bkend.GET('/v1/auth/me')])
    expect(results.map(({ response }) => response.status)).toEqual([200, 200])
    expect(api.times('/v1/auth/refresh')).toBe(1)
  })

  test('not at all where the store refuses: the call rejects instead of losing them', async () => {
    const full = { ...memoryTokens(), set: () => Promise.reject(new Error('QuotaExceededError')) }
    await expect(signedIn({ tokens: full })).rejects.toThrow('QuotaExceededError')
  })
})

describe('tokens are dropped', () => {
  test('by signing out, without a call of onSignedOut', async () => {
    const onSignedOut = vi.fn()
    const { bkend } = await signedIn({ onSignedOut })
    expect((await bkend.POST('/v1/auth/signout')).response.status).toBe(200)
    expect(await bkend.tokens.get()).toBeUndefined()
    expect(onSignedOut).not.toHaveBeenCalled()
  })

  test('by signing out with an expired token, after one refresh that lets the API end the session', async () => {
    const { api, bkend } = await signedIn()
    api.expire()
    expect((await bkend.POST('/v1/auth/signout')).response.status).toBe(200)
    expect(api.times('/v1/auth/refresh')).toBe(1)
    expect(await bkend.tokens.get()).toBeUndefined()
  })

  test('by changing the password, which ends every session', async () => {
    const { bkend } = await signedIn()
    await bkend.POST('/v1/auth/password/change', {
      body: { currentPassword: 'password123', newPassword: 'Corr3ct-Horse!' },
    })
    expect(await bkend.tokens.get()).toBeUndefined()
  })

  test('not by a sign-out that failed: it can be tried again', async () => {
    const { api, bkend } = await signedIn()
    api.overrides['/v1/auth/signout'] = () => refusal(503, 'common/unavailable')
    await bkend.POST('/v1/auth/signout')
    expect(await bkend.tokens.get()).toMatchObject({ accessToken: 'access-1' })
  })
})

describe.each([
  ['at once', memoryTokens],
  ['slowly', slowTokens],
])('with a store that answers %s', (_name, createStore) => {
  /** A refresh that the API has granted, and whose answer is still on its way. */
  const refreshUnderWay = async () => {
    const onSignedOut = vi.fn()
    const { api, bkend } = await signedIn({ tokens: createStore(), onSignedOut })
    const started = gate()
    const arrived = gate()
    api.expire()
    api.overrides['/v1/auth/refresh'] = async () => {
      const granted = Response.json(api.issue())
      started.open()
      await arrived.opened
      return granted
    }
    const call = bkend.GET('/v1/auth/me')
    await started.opened
    return { api, bkend, call, arrive: arrived.open, onSignedOut }
  }

  test('a refresh that ends after the person has signed out brings nothing back', async () => {
    const { bkend, call, arrive, onSignedOut } = await refreshUnderWay()
    const cleared = bkend.tokens.clear()
    arrive()
    expect((await call).response.status).toBe(401)
    await cleared
    expect(await bkend.tokens.get()).toBeUndefined()
    expect(onSignedOut).not.toHaveBeenCalled()
  })

  test('a refresh that ends together with a sign-out brings nothing back', async () => {
    const { bkend, call, arrive } = await refreshUnderWay()
    arrive()
    await Promise.resolve()
    await bkend.tokens.clear()
    await call
    expect(await bkend.tokens.get()).toBeUndefined()
  })

  test('a refresh that ends after somebody else has signed in leaves them signed in', async () => {
    const { api, bkend, call, arrive } = await refreshUnderWay()
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    const theirs = await bkend.tokens.get()
    arrive()
    const { response } = await call
    expect(response.status).toBe(401)
    expect(await bkend.tokens.get()).toEqual(theirs)
    expect(api.times('/v1/auth/me')).toBe(1)
  })

  test('a refresh that is refused after somebody else has signed in leaves them signed in', async () => {
    const { api, bkend } = await signedIn({ tokens: createStore() })
    const asked = gate()
    const refused = gate()
    api.expire()
    api.overrides['/v1/auth/refresh'] = async () => {
      asked.open()
      await refused.opened
      return refusal(401, 'auth/invalid-refresh-token')
    }
    const call = bkend.GET('/v1/auth/me')
    await asked.opened
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    refused.open()
    await call
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('a call is never repeated for somebody who has signed in since', async () => {
    const { api, bkend } = await signedIn({ tokens: createStore() })
    const late = gate()
    const arrived = gate()
    api.overrides['/v1/users/u1'] = async () => {
      arrived.open()
      await late.opened
      return refusal(401, 'auth/invalid-token')
    }
    const call = bkend.PATCH('/v1/users/{userId}', {
      params: { path: { userId: 'u1' } },
      body: { name: 'Ada' },
    })
    await arrived.opened
    await bkend.POST('/v1/auth/email/signin', { body: credentials })
    late.open()
    expect((await call).response.status).toBe(401)
    expect(api.times('/v1/users/u1')).toBe(1)
  })

  test('a sign-out whose answer comes after the next sign-in does not undo it', async () => {
    const { api, bkend } = await signedIn({ tokens: createStore() })
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

test('a sign-out that falls between a refresh’s look at the store and its write is not undone', async () => {
  const tokens = memoryTokens()
  const looking = gate()
  const looked = gate()
  let looks = 0
  const { api, bkend } = await signedIn({
    tokens: {
      ...tokens,
      async get() {
        const found = await tokens.get()
        // The call looks first, then the renewal; the third look is the one before its write.
        if (++looks === 3) {
          looking.open()
          await looked.opened
        }
        return found
      },
    },
  })
  api.expire()
  const call = bkend.GET('/v1/auth/me')
  await looking.opened
  const signedOut = bkend.tokens.clear()
  looked.open()
  await Promise.all([call, signedOut])
  expect(looks).toBe(3)
  expect(await tokens.get()).toBeUndefined()
})

describe('bedrud, which ends only the refresh token it is handed,', () => {
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

  test('gets the one of the session at sign-out, the new one after a refresh', async () => {
    const { bodies, tokens } = await logout({})
    expect(bodies).toEqual(['{"refreshToken":"r1"}', '{"refreshToken":"r2"}'])
    expect(tokens).toBeUndefined()
  })

  test('gets the one that the caller names', async () => {
    const { bodies } = await logout({ body: { refreshToken: 'mine' } })
    expect(bodies).toEqual(['{"refreshToken":"mine"}', '{"refreshToken":"mine"}'])
  })
})
