import { describe, expect, it } from 'vitest'
import type { Files } from '../../src/core/files.ts'
import { StoreUnavailableError, update } from '../../src/core/store.ts'
import { createServer } from '../../src/server/app.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { testCore } from '../core/core.ts'
import { captureLog } from '../support/sandbox.ts'
import { brokenName, fakeVariant, key, mina, storeDownName } from './fake.ts'
import { credentials, newUser, openFake, signIn, signUp } from './fake-server.ts'

describe('responses', () => {
  it('B03 sends security headers with every response', async () => {
    const sandbox = await openFake()
    for (const path of ['/v1/auth/me', '/nothing', '/healthz']) {
      const { headers } = await sandbox.call('GET', path, undefined, key)
      expect([path, Object.fromEntries(headers)]).toMatchObject([
        path,
        {
          'cache-control': 'no-store',
          'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        },
      ])
      expect(headers.has('strict-transport-security')).toBe(false)
    }
  })

  it('B03 sends HSTS if the public URL uses https', async () => {
    const response = await (await openFake({ publicUrl: 'https://auth.example.com' })).call('GET', '/healthz')
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
  })

  it.each([
    [brokenName, 500, 'common/internal-error'],
    [storeDownName, 503, 'common/unavailable'],
  ])('maps an unexpected error (%s) to %d in the error shape of the API', async (name, status, code) => {
    const sandbox = await openFake()
    const response = await sandbox.call('POST', signUp, { ...newUser, name }, key)
    expect([response.status, (await response.json()).error.code]).toEqual([status, code])
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null)
    const logged = sandbox.lines.find(({ err }) => err !== undefined)
    expect(logged).toMatchObject({ level: status === 500 ? 'error' : 'warn' })
    expect(logged?.requestId).toBe(response.headers.get('x-request-id'))
  })

  it('rejects a response without a required header in development mode only', async () => {
    const withoutRetryAfter: typeof fakeVariant = {
      ...fakeVariant,
      behaviour: (services) => ({
        ...fakeVariant.behaviour(services),
        replyToError: () => ({ status: 429, body: { success: false, error: { code: 'a', message: 'b' } } }),
      }),
    }
    const failedSignIn = async (settings: object) => {
      const sandbox = await openFake({ variant: withoutRetryAfter, ...settings })
      const { status } = await sandbox.call('POST', signIn, { ...credentials, password: 'wrong' }, key)
      return { status, logged: sandbox.lines.flatMap(({ err }) => (err ? [String(err)] : [])).join() }
    }
    expect(await failedSignIn({})).toEqual({
      status: 500,
      logged: expect.stringMatching(/signIn replied 429.*Retry-After/s),
    })
    expect(await failedSignIn({ mode: 'production' })).toEqual({ status: 429, logged: '' })
  })

  it('responds with 503 while the queue of password hashes is full', async () => {
    const hasher = { ...(await import('../support/sandbox.ts')).lightHasher }
    const { AuthError } = await import('../../src/core/errors.ts')
    const sandbox = await openFake()
    const overloaded = await openFake({
      hasher: {
        ...hasher,
        verify: async () => {
          throw new AuthError('overloaded', { retryAfterSeconds: 7 })
        },
      },
    })
    expect((await sandbox.call('POST', signIn, credentials, key)).status).toBe(200)
    const response = await overloaded.call('POST', signIn, credentials, key)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7'])
  })

  it('rejects a response body that violates the contract in development mode only', async () => {
    const broken = {
      ...fakeVariant,
      behaviour: (services: Parameters<typeof fakeVariant.behaviour>[0]) => ({
        ...fakeVariant.behaviour(services),
        handlers: { requestPasswordReset: async () => ({ status: 200, body: {} }) } as never,
      }),
    }
    const requestReset = async (settings: object) =>
      (await openFake({ variant: broken, ...settings })).call(
        'POST',
        '/v1/auth/password/reset/request',
        { email: mina.email },
        key,
      )
    expect((await requestReset({})).status).toBe(500)
    expect((await requestReset({ mode: 'production' })).status).toBe(200)
  })
})

describe('health', () => {
  it('reports 503 on /readyz after stopAccepting, and still handles requests', async () => {
    const sandbox = await openFake()
    expect((await sandbox.call('GET', '/readyz')).status).toBe(200)
    sandbox.stopAccepting()
    const response = await sandbox.call('GET', '/readyz')
    expect([response.status, await response.json()]).toEqual([503, { status: 'not ready' }])
    expect((await sandbox.call('GET', '/healthz')).status).toBe(200)
    expect((await sandbox.call('POST', signIn, credentials, key)).status).toBe(200)
  })

  it('reports 503 on /readyz while the database is unavailable', async () => {
    const store = openSqliteStore(':memory:')
    const sandbox = await openFake({ store })
    await store.close()
    expect((await sandbox.call('GET', '/readyz')).status).toBe(503)
    expect((await sandbox.call('GET', '/healthz')).status).toBe(200)
    expect((await sandbox.call('POST', signIn, credentials, key)).status).toBe(503)
  })
})

describe('the IP address of clients', () => {
  const signUpRepeatedly = async (settings: object, headersOf: (round: number) => Record<string, string>) => {
    const sandbox = await openFake(settings)
    const statuses = []
    for (let round = 0; round < 4; round++) {
      const response = await sandbox.call(
        'POST',
        signUp,
        { ...newUser, email: `new${round}@example.com` },
        { ...key, ...headersOf(round) },
      )
      statuses.push(response.status)
    }
    return statuses
  }

  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip'])(
    'uses the IP address of the socket and ignores %s',
    async (name) => {
      const statuses = await signUpRepeatedly({}, (round) => ({ [name]: `198.51.100.${round}` }))
      expect(statuses).toEqual([201, 201, 201, 429])
    },
  )

  it('uses the entry that a trusted proxy added to X-Forwarded-For, and ignores forged entries before it', async () => {
    const settings = { trustedProxies: ['192.0.2.0/24'] }
    expect(
      await signUpRepeatedly(settings, (round) => ({ 'x-forwarded-for': `198.51.100.${round}` })),
    ).toEqual([201, 201, 201, 201])
    expect(
      await signUpRepeatedly(settings, (round) => ({
        'x-forwarded-for': `10.0.0.${round}, 198.51.100.1, 192.0.2.7`,
      })),
    ).toEqual([201, 201, 201, 429])
  })
})

it.each([
  ['sqlite', () => openSqliteStore(':memory:')],
  ['memory', createMemoryStore],
])('signs up and authenticates a user on %s', async (_, store) => {
  const sandbox = await openFake({ store: store() })
  const response = await sandbox.call('POST', signUp, newUser, key)
  expect(response.status).toBe(201)
  const { accessToken } = await response.json()
  const me = await sandbox.call('GET', '/v1/auth/me', undefined, {
    ...key,
    authorization: `Bearer ${accessToken}`,
  })
  expect(await me.json()).toMatchObject({ email: newUser.email })
})

it('accepts an upload and serves it once it is an avatar', async () => {
  const store = openSqliteStore(':memory:')
  const sandbox = await openFake({ store })
  const { accessToken } = await (await sandbox.call('POST', signIn, credentials, key)).json()
  const authorization = `Bearer ${accessToken}`
  const { url } = await (
    await sandbox.call(
      'POST',
      `/v1/users/${mina.id}/avatar/upload-url`,
      { filename: 'a.png', contentType: 'image/png' },
      { ...key, authorization },
    )
  ).json()
  expect(url).toContain(`${sandbox.publicUrl}/uploads/`)
  const put = await sandbox.fetch(
    new Request(url, {
      method: 'PUT',
      headers: { 'content-type': 'image/png', origin: 'http://localhost:5173' },
      body: new Uint8Array([1, 2]),
    }),
  )
  expect([put.status, put.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:5173'])
  const picture = url.split('?')[0]
  await store.write([update('users', { id: mina.id }, { picture })])
  const shown = await sandbox.fetch(new Request(picture))
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect(shown.headers.get('cache-control')).toContain('immutable')
})

it('responds with a 503 that trusted pages can read if a mounted handler has no storage', async () => {
  const site = { publicUrl: 'http://localhost:4000', webUrl: '', allowsOrigin: () => true }
  const { log } = captureLog()
  const failing = async () => {
    throw new StoreUnavailableError('the disk is full')
  }
  const { fetch } = createServer(
    fakeVariant,
    { core: testCore(), site, flags: {}, providers: new Map(), files: {} as Files },
    { log, mounts: [{ path: '/uploads', fetch: failing }] },
  )
  const origin = 'https://app.example.com'
  const { status, headers } = await fetch(
    new Request(`${site.publicUrl}/uploads/a.png`, { headers: { origin } }),
  )
  expect([status, headers.get('retry-after')]).toEqual([503, '1'])
  expect(headers.get('access-control-allow-origin')).toBe(origin)
  expect(headers.get('access-control-expose-headers')).toContain('Retry-After')
  expect(headers.get('vary')).toBe('Origin')
})
