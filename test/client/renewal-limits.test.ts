import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createBondmcpClient, memoryTokens, webLock } from '../../src/client/index.ts'
import { createSignedIn, errorResponse, gate } from './session-api.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A promise that never settles. */
const never = <Result>() => new Promise<Result>(() => {})

/** Lets time pass in small steps, so that promises settle in between. */
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

const outcome = (call: Promise<{ response: Response }>) =>
  call.then(
    ({ response }) => response.status,
    (error: Error) => error.name,
  )

describe('Retry-After of a refresh', () => {
  test.each([
    ['seconds', () => '30'],
    ['a date', () => new Date(Date.now() + 30_000).toUTCString()],
  ])('does not refresh again before the time in %s has passed', async (_name, retryAfter) => {
    vi.setSystemTime('2026-03-04T05:06:07Z')
    const { api, bkend } = await createSignedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () =>
      errorResponse(503, 'common/unavailable', { 'Retry-After': retryAfter() })
    for (let call = 0; call < 20; call++) {
      const { error, response } = await bkend.GET('/v1/auth/me')
      expect([response.status, error?.error.code]).toEqual([503, 'common/unavailable'])
    }
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)

    delete api.overrides['/v1/auth/refresh']
    await pass(29)
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(503)
    await pass(1)
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    expect(api.countRequests('/v1/auth/refresh')).toBe(2)
  })

  test.each(['soon', '-1', ''])('refreshes at the next call for the value %j', async (value) => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () =>
      errorResponse(503, 'common/unavailable', { 'Retry-After': value })
    await bkend.GET('/v1/auth/me')
    delete api.overrides['/v1/auth/refresh']
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('uses the tokens of another tab or sign-in at once', async () => {
    const tokens = memoryTokens()
    const { api, bkend } = await createSignedIn({ tokens })
    api.expire()
    api.overrides['/v1/auth/refresh'] = () =>
      errorResponse(503, 'common/unavailable', { 'Retry-After': '30' })
    await bkend.GET('/v1/auth/me')
    await tokens.set({ ...(await tokens.get()), ...api.issue() })
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('does not call onExpired again before the time has passed', async () => {
    const onExpired = vi.fn(() => ({ email: 'ada@example.com', password: 'p' }))
    const bondmcp = createBondmcpClient({
      baseUrl: 'http://api.test',
      tokens: memoryTokens({ accessToken: 'expired' }),
      onExpired,
      fetch: ({ url }) =>
        url.endsWith('/login')
          ? errorResponse(429, 'rate_limit_exceeded', { 'Retry-After': '30' })
          : errorResponse(401, 'authentication_error'),
    })
    for (let call = 0; call < 5; call++)
      expect((await bondmcp.GET('/mcp/health-ai/models')).response.status).toBe(429)
    expect(onExpired).toHaveBeenCalledOnce()
    await pass(30)
    await bondmcp.GET('/mcp/health-ai/models')
    expect(onExpired).toHaveBeenCalledTimes(2)
  })
})

describe('a refresh without a response', () => {
  test.each([
    [
      'a fetch that aborts',
      (request: Request) =>
        new Promise<Response>((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason))
        }),
    ],
    ['a fetch that ignores its signal', () => never<Response>()],
  ])('rejects the calls of all tabs after 10 seconds with %s, and keeps the session', async (_name, hang) => {
    const tokens = memoryTokens()
    const lock = webLock(`hanging refresh with ${_name}`)
    const { api, bkend } = await createSignedIn({ tokens, lock })
    const other = await createSignedIn({ tokens, lock, fetch: api.fetch })
    api.expire()
    api.overrides['/v1/auth/refresh'] = hang
    const outcomes = Promise.all(
      [bkend, bkend, other.bkend].map((client) => outcome(client.GET('/v1/auth/me'))),
    )
    await pass(10)
    expect(await outcomes).toEqual(['TimeoutError', 'TimeoutError', 'TimeoutError'])

    delete api.overrides['/v1/auth/refresh']
    await pass(10)
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
    expect((await other.bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test('rejects the call if the body of the refresh never ends', async () => {
    const { api, bkend } = await createSignedIn()
    api.expire()
    api.overrides['/v1/auth/refresh'] = () => new Response(new ReadableStream(), { status: 200 })
    const call = outcome(bkend.GET('/v1/auth/me'))
    await pass(10)
    expect(await call).toBe('TimeoutError')
  })

  test('sets no limit for other calls', async () => {
    const { api, bkend } = await createSignedIn()
    const slow = gate()
    api.overrides['/v1/auth/me'] = async () => {
      await slow.opened
      return Response.json({})
    }
    const call = bkend.GET('/v1/auth/me')
    await pass(60)
    slow.open()
    expect((await call).response.status).toBe(200)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('onExpired', () => {
  const create = (onExpired: () => Promise<{ accessToken: string }>, tokens = memoryTokens()) =>
    createBondmcpClient({
      baseUrl: 'http://api.test',
      tokens,
      lock: webLock('bondmcp'),
      onExpired,
      fetch: ({ headers }) =>
        headers.get('Authorization') === 'Bearer new'
          ? Response.json({ models: [] })
          : errorResponse(401, 'authentication_error'),
    })

  test('rejects waiting calls after 10 seconds, and uses the result of onExpired later', async () => {
    const { promise, resolve } = Promise.withResolvers<{ accessToken: string }>()
    const onExpired = vi.fn(() => promise)
    const client = create(onExpired, memoryTokens({ accessToken: 'old' }))
    for (let call = 0; call < 2; call++) {
      const waiting = outcome(client.GET('/mcp/health-ai/models'))
      await pass(10)
      expect(await waiting).toBe('TimeoutError')
    }
    expect(onExpired).toHaveBeenCalledOnce()
    resolve({ accessToken: 'new' })
    expect((await client.GET('/mcp/health-ai/models')).response.status).toBe(200)
  })

  test('does not block other tabs while it waits for the user', async () => {
    const tokens = memoryTokens({ accessToken: 'old' })
    const hidden = outcome(create(() => never(), tokens).GET('/mcp/health-ai/models'))
    await pass(5)
    const visible = outcome(create(async () => ({ accessToken: 'new' }), tokens).GET('/mcp/health-ai/models'))
    await pass(5)
    expect([await hidden, await visible]).toEqual(['TimeoutError', 200])
  })
})

test('runs the task unlocked if a frozen tab keeps the lock for 15 seconds', async () => {
  const frozen = gate()
  const held = navigator.locks.request('frozen', () => frozen.opened)
  const task = vi.fn(async () => 'done')
  const result = webLock('frozen')(task)
  await pass(14)
  expect(task).not.toHaveBeenCalled()
  await pass(1)
  expect(await result).toBe('done')
  expect(task).toHaveBeenCalledOnce()
  frozen.open()
  await held
})

describe('an API key error of bkend', () => {
  const keyError = () => errorResponse(401, 'auth/token-expired')

  test('causes at most one refresh a minute, however many calls fail with it', async () => {
    const { api, bkend } = await createSignedIn()
    api.overrides['/v1/auth/me'] = keyError
    api.overrides['/v1/auth/refresh'] = keyError
    for (let call = 0; call < 20; call++) expect((await bkend.GET('/v1/auth/me')).response.status).toBe(401)
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
    expect(await bkend.tokens.get()).toMatchObject({ refreshToken: 'refresh-1' })

    delete api.overrides['/v1/auth/me']
    delete api.overrides['/v1/auth/refresh']
    api.expire()
    await pass(60)
    expect((await bkend.GET('/v1/auth/me')).response.status).toBe(200)
  })

  test.each([
    ['Bearer error="invalid_token"', 1],
    ['Bearer', 0],
    ['ApiKey', 0],
  ])('decides by the challenge %j whether to refresh', async (challenge, refreshes) => {
    const { api, bkend } = await createSignedIn()
    api.overrides['/v1/auth/me'] = () =>
      errorResponse(401, 'auth/token-expired', { 'WWW-Authenticate': challenge })
    await bkend.GET('/v1/auth/me')
    expect(api.countRequests('/v1/auth/refresh')).toBe(refreshes)
  })
})
