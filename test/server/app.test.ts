import { describe, expect, it } from 'vitest'
import type { Files } from '../../src/core/files.ts'
import { StoreUnavailableError, update } from '../../src/core/store.ts'
import { createServer } from '../../src/server/app.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import { testCore } from '../core/core.ts'
import { captureLog, openSandbox } from '../support/sandbox.ts'
import { brokenName, fakeApi, fakeVariant, key, mina, storeDownName } from './fake.ts'

const open = (settings = {}) => openSandbox('bkend', { ...fakeApi, ...settings })
const newUser = { method: 'password', email: 'new@example.com', password: 'a-fine-passphrase', name: 'New' }
const signUp = '/v1/auth/email/signup'
const signIn = '/v1/auth/email/signin'
const credentials = { method: 'password', email: mina.email, password: mina.password }

describe('request ids', () => {
  it('repeats the request id of the client in the response and the log', async () => {
    const sandbox = await open()
    const response = await sandbox.call('POST', signIn, credentials, { ...key, 'x-request-id': 'mine-1' })
    expect(response.headers.get('x-request-id')).toBe('mine-1')
    expect(
      sandbox.lines.filter(({ requestId }) => requestId === 'mine-1').map(({ message }) => message),
    ).toEqual(['audit', 'request'])
  })

  it.each(['', 'a b', 'x'.repeat(65), '<script>', 'a"b'])(
    'replaces the invalid request id "%s"',
    async (sent) => {
      const response = await (await open()).call('POST', signIn, credentials, {
        ...key,
        'x-request-id': sent,
      })
      expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
    },
  )

  it('creates a different id for each request', async () => {
    const sandbox = await open()
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await sandbox.call('GET', '/healthz')).headers.get('x-request-id')),
    )
    expect(new Set(ids).size).toBe(3)
  })
})

describe('the log', () => {
  it('writes one line per request without its query, body and credentials', async () => {
    const sandbox = await open()
    await sandbox.call(
      'POST',
      `${signIn}?token=query-secret`,
      { ...credentials, password: 'body-secret' },
      {
        ...key,
        authorization: 'Bearer header-secret',
      },
    )
    const lines = sandbox.lines.filter(({ message }) => message === 'request')
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'request',
        requestId: expect.any(String),
        method: 'POST',
        path: signIn,
        operationId: 'signIn',
        status: 401,
        ms: expect.any(Number),
        address: '192.0.2.1',
      },
    ])
    expect(JSON.stringify(sandbox.lines)).not.toMatch(/secret|pk_0/)
  })

  it('writes an audit line with user, IP address and outcome for each attempt to sign in', async () => {
    const sandbox = await open()
    await sandbox.call('POST', signIn, credentials, key)
    await sandbox.call('POST', signIn, { ...credentials, password: 'wrong' }, key)
    const about = {
      event: 'signIn',
      realm: '',
      address: '192.0.2.1',
      requestId: expect.stringMatching(/^req_/),
    }
    expect(sandbox.lines.filter(({ message }) => message === 'audit')).toMatchObject([
      { ...about, outcome: 'succeeded', reason: null, userId: mina.id },
      { ...about, outcome: 'refused', reason: 'invalidCredentials' },
    ])
  })
})

describe('responses', () => {
  it('B03 sends security headers with every response', async () => {
    const sandbox = await open()
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
    const response = await (await open({ publicUrl: 'https://auth.example.com' })).call('GET', '/healthz')
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
  })

  it.each([
    [brokenName, 500, 'common/internal-error'],
    [storeDownName, 503, 'common/unavailable'],
  ])('maps an unexpected error (%s) to %d in the error shape of the API', async (name, status, code) => {
    const sandbox = await open()
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
      const sandbox = await open({ variant: withoutRetryAfter, ...settings })
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
    const sandbox = await open()
    const overloaded = await open({
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
      (await open({ variant: broken, ...settings })).call(
        'POST',
        '/v1/auth/password/reset/request',
        { email: mina.email },
        key,
      )
    expect((await requestReset({})).status).toBe(500)
    expect((await requestReset({ mode: 'production' })).status).toBe(200)
  })
})

describe('CORS', () => {
  const from = (origin: string) => ({ ...key, origin })
  const trusted = [
    'http://localhost:5173',
    'http://127.0.0.1:8080',
    'https://app.localhost',
    'https://app.example.com',
  ]
  const untrusted = [
    'https://evil.example',
    'null',
    'https://app.example.com.evil.example',
    'http://localhost.evil.example',
    'https://good@evil.example',
    'file://',
    'http://127.0.0.1.evil.example',
  ]

  it.each(trusted)('lets pages of %s read responses, with credentials', async (origin) => {
    const { headers } = await (await open()).call('POST', signIn, credentials, from(origin))
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-expose-headers')?.split(',')).toEqual(
      expect.arrayContaining(['Retry-After', 'WWW-Authenticate', 'X-Request-ID']),
    )
    expect(headers.get('vary')).toMatch(/origin/i)
  })

  it.each(untrusted)('sends no CORS headers to pages of %s', async (origin) => {
    const sandbox = await open()
    for (const headers of [
      (await sandbox.call('POST', signIn, credentials, from(origin))).headers,
      (
        await sandbox.call('OPTIONS', signIn, undefined, {
          ...from(origin),
          'access-control-request-method': 'POST',
        })
      ).headers,
    ]) {
      expect(headers.has('access-control-allow-origin')).toBe(false)
      expect(headers.get('vary')).toMatch(/origin/i)
    }
  })

  it('responds to a preflight request without credentials', async () => {
    const response = await (await open()).call('OPTIONS', signIn, undefined, {
      origin: 'http://localhost:5173',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key',
    })
    expect([response.status, response.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'content-type,x-api-key',
    ])
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
  })

  it('passes OPTIONS requests other than preflight requests to the API', async () => {
    expect((await (await open()).call('OPTIONS', signIn)).headers.get('allow')).toBe('POST, OPTIONS')
  })

  it('trusts only configured origins in production', async () => {
    const sandbox = await open({
      mode: 'production',
      webUrl: 'https://app.example.com',
      origins: ['https://two.example.com/x'],
    })
    const allowed = async (origin: string) =>
      (await sandbox.call('GET', '/healthz', undefined, { origin })).headers.get(
        'access-control-allow-origin',
      )
    expect(await allowed('https://app.example.com')).toBe('https://app.example.com')
    expect(await allowed('https://two.example.com')).toBe('https://two.example.com')
    expect(await allowed('http://localhost:5173')).toBe(null)
  })
})

describe('health', () => {
  it('reports 503 on /readyz after stopAccepting, and still handles requests', async () => {
    const sandbox = await open()
    expect((await sandbox.call('GET', '/readyz')).status).toBe(200)
    sandbox.stopAccepting()
    const response = await sandbox.call('GET', '/readyz')
    expect([response.status, await response.json()]).toEqual([503, { status: 'not ready' }])
    expect((await sandbox.call('GET', '/healthz')).status).toBe(200)
    expect((await sandbox.call('POST', signIn, credentials, key)).status).toBe(200)
  })

  it('reports 503 on /readyz while the database is unavailable', async () => {
    const store = openSqliteStore(':memory:')
    const sandbox = await open({ store })
    await store.close()
    expect((await sandbox.call('GET', '/readyz')).status).toBe(503)
    expect((await sandbox.call('GET', '/healthz')).status).toBe(200)
    expect((await sandbox.call('POST', signIn, credentials, key)).status).toBe(503)
  })
})

describe('the IP address of clients', () => {
  const signUpRepeatedly = async (settings: object, headersOf: (round: number) => Record<string, string>) => {
    const sandbox = await open(settings)
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
  const sandbox = await open({ store: store() })
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
  const sandbox = await open({ store })
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
