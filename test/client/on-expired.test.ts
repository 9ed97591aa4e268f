import { describe, expect, test, vi } from 'vitest'
import { type BondmcpOptions, createBondmcpClient } from '../../src/client/bondmcp.ts'
import { createOpenfactoryClient, memoryTokens } from '../../src/client/index.ts'

const credentials = { email: 'your@email.com', password: 'your_password' }

const errorResponse = (status: number, code: string) =>
  Response.json({ error: { code, message: code } }, { status })

/**
 * Creates a minimal BondMCP API with a sign-in and a protected call, which rejects only the token `expired`.
 */
const createApi = () => {
  const requests: string[] = []
  let issued = 0
  return {
    requests,
    signIns: () => requests.filter((path) => path === '/mcp/auth/login').length,
    async fetch(request: Request) {
      const { pathname } = new URL(request.url)
      requests.push(pathname)
      if (pathname === '/mcp/auth/login') {
        const { password } = await request.json()
        if (password === 'busy') return errorResponse(429, 'rate_limit_exceeded')
        if (password !== credentials.password) return errorResponse(401, 'invalid_credentials')
        return Response.json({ access_token: `token-${++issued}`, token_type: 'bearer', expires_in: 3600 })
      }
      if (request.headers.get('Authorization') === 'Bearer expired')
        return errorResponse(401, 'authentication_error')
      return Response.json({ models: [], authorization: request.headers.get('Authorization') })
    },
  }
}

const expiredClient = (options: Partial<BondmcpOptions> = {}) => {
  const api = createApi()
  const tokens = memoryTokens({ accessToken: 'expired' })
  const bondmcp = createBondmcpClient({
    baseUrl: 'http://api.test',
    fetch: api.fetch,
    tokens,
    ...options,
  } as BondmcpOptions)
  return { api, bondmcp }
}

describe('onExpired', () => {
  test('calls onExpired and signs in once for 100 concurrent calls', async () => {
    const onExpired = vi.fn(() => credentials)
    const { api, bondmcp } = expiredClient({ onExpired })
    const results = await Promise.all(Array.from({ length: 100 }, () => bondmcp.GET('/mcp/health-ai/models')))
    expect(results.map(({ data }) => data)).toEqual(
      Array(100).fill({ models: [], authorization: 'Bearer token-1' }),
    )
    expect(onExpired).toHaveBeenCalledOnce()
    expect(api.signIns()).toBe(1)
    expect(await bondmcp.tokens.get()).toMatchObject({ accessToken: 'token-1' })
  })

  test('accepts a token that onExpired obtained in another way', async () => {
    const { api, bondmcp } = expiredClient({ onExpired: async () => ({ accessToken: 'from a popup' }) })
    const { data } = await bondmcp.GET('/mcp/health-ai/models')
    expect(data).toMatchObject({ authorization: 'Bearer from a popup' })
    expect(api.signIns()).toBe(0)
  })

  test('does not call onExpired again if the new token is rejected as well', async () => {
    const onExpired = vi.fn(() => ({ accessToken: 'expired' }))
    const { api, bondmcp } = expiredClient({ onExpired })
    expect((await bondmcp.GET('/mcp/health-ai/models')).response.status).toBe(401)
    expect(onExpired).toHaveBeenCalledOnce()
    expect(api.requests).toHaveLength(2)
  })

  test.each([
    ['nothing', () => undefined],
    ['wrong credentials', () => ({ ...credentials, password: 'wrong' })],
  ])('ends the session if onExpired returns %s, and returns the 401', async (_name, onExpired) => {
    const onSignedOut = vi.fn()
    const { bondmcp } = expiredClient({ onExpired, onSignedOut })
    const { error } = await bondmcp.GET('/mcp/health-ai/models')
    expect(error?.error.code).toBe('authentication_error')
    expect(await bondmcp.tokens.get()).toBeUndefined()
    expect(onSignedOut).toHaveBeenCalledOnce()
  })

  test('rejects all waiting calls if onExpired throws, and calls it again for the next one', async () => {
    const onExpired = vi
      .fn<() => typeof credentials>(() => credentials)
      .mockImplementationOnce(() => {
        throw new Error('the dialog was closed')
      })
    const { bondmcp } = expiredClient({ onExpired })
    const outcomes = await Promise.allSettled([
      bondmcp.GET('/mcp/health-ai/models'),
      bondmcp.GET('/mcp/health-ai/models'),
    ])
    expect(outcomes).toMatchObject(Array(2).fill({ reason: { message: 'the dialog was closed' } }))
    expect((await bondmcp.GET('/mcp/health-ai/models')).response.status).toBe(200)
  })

  test('keeps the session if the new sign-in is rate-limited, and returns the 429', async () => {
    const { bondmcp } = expiredClient({ onExpired: () => ({ ...credentials, password: 'busy' }) })
    const { error, response } = await bondmcp.GET('/mcp/health-ai/models')
    expect([response.status, error?.error.code]).toEqual([429, 'rate_limit_exceeded'])
    expect(await bondmcp.tokens.get()).toMatchObject({ accessToken: 'expired' })
  })

  test('does not call onExpired if the user never signed in', async () => {
    const onExpired = vi.fn(() => credentials)
    const { bondmcp } = expiredClient({ onExpired, tokens: memoryTokens() })
    await bondmcp.GET('/mcp/health-ai/models')
    expect(onExpired).not.toHaveBeenCalled()
  })
})

test('ends an expired session if there is no onExpired', async () => {
  const onSignedOut = vi.fn()
  const { bondmcp } = expiredClient({ onSignedOut })
  expect((await bondmcp.GET('/mcp/health-ai/models')).response.status).toBe(401)
  expect(await bondmcp.tokens.get()).toBeUndefined()
  expect(onSignedOut).toHaveBeenCalledOnce()
})

test('sends an API key unchanged, even after a sign-in, and never renews it', async () => {
  const api = createApi()
  const bondmcp = createBondmcpClient({ baseUrl: 'http://api.test', fetch: api.fetch, apiKey: 'bcp_key' })
  await bondmcp.POST('/mcp/auth/login', { body: credentials })
  const { data } = await bondmcp.GET('/mcp/health-ai/models')
  expect(data).toMatchObject({ authorization: 'Bearer bcp_key' })

  const revoked = createBondmcpClient({ baseUrl: 'http://api.test', fetch: api.fetch, apiKey: 'expired' })
  expect((await revoked.GET('/mcp/health-ai/models')).response.status).toBe(401)
  expect(api.requests).toHaveLength(3)
})

describe('openfactory', () => {
  const projectId = '5b1c9c6e-7d1e-4c80-9d8b-0d5f8f2f7c11'
  const feedback = { params: { path: { projectId } }, body: { description: 'It works' } }
  const createFetch = (handle: (request: Request) => Response) => {
    const authorizations: (string | null)[] = []
    const fetch = async (request: Request) => {
      authorizations.push(request.headers.get('Authorization'))
      return handle(request)
    }
    return { authorizations, fetch }
  }

  test('sends only an API key with feedback, because a session token would seem to be expired', async () => {
    const { authorizations, fetch } = createFetch(() => errorResponse(401, 'UNAUTHORIZED'))
    const onExpired = vi.fn(() => credentials)
    const tokens = memoryTokens({ accessToken: 'session' })
    const withSession = createOpenfactoryClient({ baseUrl: 'http://api.test', fetch, tokens, onExpired })
    const withKey = createOpenfactoryClient({ baseUrl: 'http://api.test', fetch, apiKey: 'of-key-1' })
    await withSession.POST('/api/projects/{projectId}/validator/feedback', feedback)
    await withKey.POST('/api/projects/{projectId}/validator/feedback', feedback)
    expect(authorizations).toEqual([null, 'Bearer of-key-1'])
    expect(onExpired).not.toHaveBeenCalled()
    expect(await tokens.get()).toBeDefined()
  })

  test('signs out of an expired session without a new sign-in', async () => {
    const { fetch } = createFetch(() => errorResponse(401, 'UNAUTHORIZED'))
    const onExpired = vi.fn(() => credentials)
    const tokens = memoryTokens({ accessToken: 'session' })
    const openfactory = createOpenfactoryClient({ baseUrl: 'http://api.test', fetch, tokens, onExpired })
    await openfactory.POST('/api/auth/signout')
    expect(await tokens.get()).toBeUndefined()
    expect(onExpired).not.toHaveBeenCalled()
  })

  test('signs in again with the credentials of onExpired', async () => {
    const { authorizations, fetch } = createFetch((request) => {
      if (request.url.endsWith('/signin')) return Response.json({ user: {}, session: { token: 'new' } })
      if (request.headers.get('Authorization') === 'Bearer new') return Response.json({ role: 'admin' })
      return errorResponse(401, 'UNAUTHORIZED')
    })
    const tokens = memoryTokens({ accessToken: 'session' })
    const openfactory = createOpenfactoryClient({
      baseUrl: 'http://api.test',
      fetch,
      tokens,
      onExpired: () => credentials,
    })
    expect((await openfactory.GET('/api/auth/session')).response.status).toBe(200)
    expect(authorizations).toEqual(['Bearer session', null, 'Bearer new'])
  })
})
