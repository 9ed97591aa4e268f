import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import {
  createBedrudClient,
  createBkendClient,
  createBondmcpClient,
  createOpenfactoryClient,
  match,
} from '../../src/client/index.ts'
import { createMock } from '../../src/mock/mock.ts'

/**
 * Loads a mock that records its requests. `next` selects the next response of a path with a `Prefer` header.
 */
const loadMock = async (variant: VariantName) => {
  const contract = JSON.parse(readFileSync(contractUrl(variant), 'utf8'))
  const mock = await createMock(contract, { log: () => {} })
  const requests: string[] = []
  const next = new Map<string, string>()
  return {
    contract,
    requests,
    next,
    baseUrl: 'http://mock.test',
    fetch(request: Request) {
      const call = `${request.method} ${new URL(request.url).pathname}`
      requests.push(call)
      const headers = new Headers(request.headers)
      const preference = next.get(call)
      if (preference) headers.set('Prefer', preference)
      next.delete(call)
      return mock.fetch(new Request(request, { headers }))
    },
  }
}

const expired = 'code=401, example=expiredToken'

describe('the bkend client', async () => {
  const { baseUrl, fetch, requests, next } = await loadMock('bkend')
  const bkend = createBkendClient({ baseUrl, fetch, apiKey: `pk_${'0123456789abcdef'.repeat(4)}` })

  test('signs in like the vendor’s sample, refreshes an expired token, and signs out', async () => {
    const signedIn = await bkend.POST('/v1/auth/email/signin', {
      body: { email: 'user@example.com', password: 'password123', method: 'password' },
    })
    expect(await bkend.tokens.get()).toMatchObject({
      accessToken: signedIn.data?.accessToken,
      refreshToken: signedIn.data?.refreshToken,
    })

    next.set('GET /v1/auth/me', expired)
    expect((await bkend.GET('/v1/auth/me')).data?.email).toContain('@')
    expect((await bkend.POST('/v1/auth/signout')).response.status).toBe(200)
    expect(await bkend.tokens.get()).toBeUndefined()
    expect(requests).toEqual([
      'POST /v1/auth/email/signin',
      'GET /v1/auth/me',
      'POST /v1/auth/refresh',
      'GET /v1/auth/me',
      'POST /v1/auth/signout',
    ])
  })

  test.each([
    ['expiredToken', 1],
    ['invalidToken', 1],
    ['malformedToken', 0],
    ['missingToken', 0],
    ['revokedKey', 0],
  ])(
    'decides by the code of %s whether to refresh if a proxy removes WWW-Authenticate',
    async (example, count) => {
      const behindProxy = createBkendClient({
        baseUrl,
        apiKey: `pk_${'0123456789abcdef'.repeat(4)}`,
        async fetch(request) {
          const response = await fetch(request)
          response.headers.delete('WWW-Authenticate')
          return response
        },
      })
      await behindProxy.tokens.set({ accessToken: 'old', refreshToken: 'rt_example' })
      requests.length = 0
      next.set('GET /v1/auth/me', `code=401, example=${example}`)
      await behindProxy.GET('/v1/auth/me')
      expect(requests.filter((call) => call === 'POST /v1/auth/refresh')).toHaveLength(count)
    },
  )

  test('returns the error response of a status to match', async () => {
    const body = { email: 'user@example.com', password: 'password123', method: 'password' } as const
    next.set('POST /v1/auth/email/signin', 'code=403, example=mfaRequired')
    const code = match(await bkend.POST('/v1/auth/email/signin', { body }), {
      200: () => 'signed in',
      403: ({ error }) => error.code,
      otherwise: () => 'something else',
    })
    expect(code).toBe('auth/mfa-required')
  })
})

describe('the bondmcp client', async () => {
  const { baseUrl, fetch, requests, next } = await loadMock('bondmcp')

  test('registers and signs in like the vendor’s samples, and signs in again after expiry', async () => {
    const credentials = { email: 'your@email.com', password: 'your_password' }
    const bondmcp = createBondmcpClient({ baseUrl, fetch, onExpired: () => credentials })
    const { data } = await bondmcp.POST('/mcp/auth/register', {
      body: { email: 'your@email.com', password: 'secure_password' },
    })
    expect(data?.message).toBe('Registration successful')
    await bondmcp.POST('/mcp/auth/login', { body: credentials })

    next.set('GET /mcp/health-ai/models', expired)
    expect((await bondmcp.GET('/mcp/health-ai/models')).data?.models.length).toBeGreaterThan(0)
    expect(requests).toEqual([
      'POST /mcp/auth/register',
      'POST /mcp/auth/login',
      'GET /mcp/health-ai/models',
      'POST /mcp/auth/login',
      'GET /mcp/health-ai/models',
    ])
  })

  test('lists models with an API key', async () => {
    const bondmcp = createBondmcpClient({ baseUrl, fetch, apiKey: `bcp_${'0123456789abcdef'.repeat(3)}` })
    expect((await bondmcp.GET('/mcp/health-ai/models')).response.status).toBe(200)
  })
})

describe('the bedrud client', async () => {
  const { baseUrl, fetch, requests, next, contract } = await loadMock('bedrud')
  const bedrud = createBedrudClient({ baseUrl, fetch })

  test('registers and signs in like the vendor’s samples, refreshes an expired token, and signs out', async () => {
    const credentials = { email: 'user@example.com', password: 'securepassword' }
    await bedrud.POST('/api/auth/register', { body: { ...credentials, name: 'John Doe' } })
    await bedrud.POST('/api/auth/login', { body: credentials })

    next.set('GET /api/auth/me', expired)
    expect((await bedrud.GET('/api/auth/me')).data?.name).toBeTypeOf('string')
    expect((await bedrud.POST('/api/auth/logout')).data).toEqual({ message: 'logged out' })
    expect(await bedrud.tokens.get()).toBeUndefined()
    expect(requests).toEqual([
      'POST /api/auth/register',
      'POST /api/auth/login',
      'GET /api/auth/me',
      'POST /api/auth/refresh',
      'GET /api/auth/me',
      'POST /api/auth/logout',
    ])
  })

  test('signs in a guest, who has no email', async () => {
    const { data } = await bedrud.POST('/api/auth/guest-login', { body: { name: 'Guest User' } })
    expect(data?.user).toMatchObject({ name: 'Guest User', role: 'guest' })
    expect(await bedrud.tokens.get()).toMatchObject({ refreshToken: data?.refreshToken })
  })

  test('signs in with a passkey', async () => {
    const finish = contract.paths['/api/auth/passkey/login/finish'].post
    const { ok } = finish.requestBody.content['application/json'].examples
    await bedrud.tokens.clear()
    expect((await bedrud.POST('/api/auth/passkey/login/begin')).data?.challenge).toBeTypeOf('string')
    const { data } = await bedrud.POST('/api/auth/passkey/login/finish', { body: ok.value })
    expect(await bedrud.tokens.get()).toMatchObject({ accessToken: data?.accessToken })
  })
})

describe('the openfactory client', async () => {
  const { baseUrl, fetch, requests, next } = await loadMock('openfactory')

  test('signs up, signs in again after expiry, and signs out', async () => {
    const credentials = { email: 'ada@example.org', password: 'correct-horse-9' }
    const openfactory = createOpenfactoryClient({ baseUrl, fetch, onExpired: () => credentials })
    const { data } = await openfactory.POST('/api/auth/signup', {
      body: {
        email: 'grace@example.org',
        password: 'nanoseconds-9',
        name: 'Grace Hopper',
        organizationName: 'Compiler Works',
      },
    })
    expect(await openfactory.tokens.get()).toMatchObject({ accessToken: data?.session.token })

    next.set('GET /api/auth/session', expired)
    expect((await openfactory.GET('/api/auth/session')).data?.role).toMatch(/^(member|admin)$/)
    expect((await openfactory.POST('/api/auth/signout')).response.status).toBe(204)
    expect(await openfactory.tokens.get()).toBeUndefined()
    expect(requests).toEqual([
      'POST /api/auth/signup',
      'GET /api/auth/session',
      'POST /api/auth/signin',
      'GET /api/auth/session',
      'POST /api/auth/signout',
    ])
  })

  test('calls project operations with an API key', async () => {
    const openfactory = createOpenfactoryClient({
      baseUrl,
      fetch,
      apiKey: `of-key-${'0123456789abcdef'.repeat(3)}`,
    })
    const params = { path: { projectId: 'd2719b1e-3c5a-4f60-8e7d-9a0b1c2d3e4f' } }
    const orders = await openfactory.GET('/api/projects/{projectId}/planner/work-orders', { params })
    expect(orders.data?.workOrders).toBeInstanceOf(Array)
    const feedback = await openfactory.POST('/api/projects/{projectId}/validator/feedback', {
      params,
      body: { description: 'It works' },
    })
    expect(feedback.data?.status).toBe('new')
  })
})
