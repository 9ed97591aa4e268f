import { describe, expect, it } from 'vitest'
import { createMock } from '../../../src/hub/create-mock.ts'
import { openSandbox } from '../../support/sandbox.ts'

type Fetch = (request: Request) => Response | Promise<Response>

const origin = 'http://localhost:4000'
const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }
const key = 'bcp_9f31c0de0123456789abcdef0123456789abcdef012341ab'
const keyWithoutRead = 'bcp_c47b20e9aaaa1111bbbb2222cccc3333dddd4444eeeed805'
const deletedKey = 'bcp_e6f4a18200001111222233334444555566667777888837cb'

/** Sends requests as the vendor's SDKs do, which parse every body. */
const createSdk =
  (send: Fetch) =>
  async (method: string, path: string, headers = {}, body?: object) => {
    const response = await send(
      new Request(`${origin}/mcp/${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
    const challenge = response.headers.get('www-authenticate')
    return { status: response.status, body: await response.json(), challenge }
  }

const servers: { name: string; open: () => Promise<Fetch> }[] = [
  {
    name: 'the sandbox',
    open: async () => {
      const sandbox = await openSandbox('bondmcp', { publicUrl: origin })
      return (request) => sandbox.fetch(request, { ip: '192.0.2.1' })
    },
  },
  { name: 'the mock', open: async () => (await createMock('bondmcp', { log: () => {} })).fetch },
]

describe.each(servers)('the vendor’s clients with $name', ({ open }) => {
  it('serves the samples of the page: register, sign in, list the models with a token', async () => {
    const sdk = createSdk(await open())
    const newcomer = { email: 'your@email.com', password: 'secure_password' }
    const registered = await sdk('POST', 'auth/register', {}, newcomer)
    expect([registered.status, registered.body]).toEqual([
      200,
      { message: 'Registration successful', user_id: expect.any(String), email: 'your@email.com' },
    ])
    const { status, body } = await sdk('POST', 'auth/login', {}, mary)
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'bearer', expires_in: 3600 },
    ])
    const models = await sdk('GET', 'health-ai/models', { Authorization: `Bearer ${body.access_token}` })
    expect([models.status, models.body.total]).toEqual([200, 4])
  })

  it.each([
    ['as a Bearer token', { Authorization: `Bearer ${key}` }],
    ['in X-API-Key', { 'X-API-Key': key }],
    ['in x-api-key', { 'x-api-key': key }],
  ])('accepts an API key %s', async (_, headers) => {
    const { status, body } = await createSdk(await open())('GET', 'health-ai/models', headers)
    expect([status, body.total]).toEqual([200, 4])
  })

  it('lets pages of trusted origins send X-API-Key', async () => {
    const send = await open()
    const preflight = await send(
      new Request(`${origin}/mcp/health-ai/models`, {
        method: 'OPTIONS',
        headers: {
          origin: 'http://localhost:3000',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'x-api-key',
        },
      }),
    )
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringMatching(/x-api-key/i),
    ])
  })

  it('asks for credentials if a request has none', async () => {
    const { status, challenge, body } = await createSdk(await open())('GET', 'health-ai/models')
    expect([status, challenge, body.error.message]).toEqual([401, 'Bearer', 'Authentication required'])
  })
})

describe('an API key in X-API-Key', () => {
  const sdkOfSandbox = async () => {
    const sandbox = await openSandbox('bondmcp', { publicUrl: origin })
    return createSdk((request) => sandbox.fetch(request, { ip: '192.0.2.1' }))
  }

  it.each([
    ['an unknown key', `bcp_${'0'.repeat(48)}`],
    ['a deleted key', deletedKey],
    ['a malformed key', 'bcp_short'],
    ['text that is not ASCII', 'bcp_\u00e9'],
    ['an access token', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'],
    ['nothing', ''],
  ])('is rejected with the challenge of an invalid credential: %s', async (_, sent) => {
    const sdk = await sdkOfSandbox()
    const { status, challenge, body } = await sdk('GET', 'health-ai/models', { 'X-API-Key': sent })
    expect([status, challenge, body.error.message]).toEqual([
      401,
      'Bearer error="invalid_token"',
      'Invalid or expired token',
    ])
  })

  it('needs its permissions, and cannot manage keys', async () => {
    const sdk = await sdkOfSandbox()
    const unpermitted = await sdk('GET', 'health-ai/models', { 'X-API-Key': keyWithoutRead })
    expect([unpermitted.status, unpermitted.challenge]).toEqual([403, 'Bearer error="insufficient_scope"'])
    for (const [method, path] of [
      ['GET', 'auth/api-keys'],
      ['POST', 'auth/api-keys'],
      ['DELETE', 'auth/api-keys/key_7Qp1Zr'],
    ] as const) {
      const body = method === 'POST' ? { name: 'Stolen' } : undefined
      const { status, challenge } = await sdk(method, path, { 'X-API-Key': key }, body)
      expect([status, challenge]).toEqual([403, 'Bearer error="insufficient_scope"'])
    }
  })

  it('is ignored if the request has an Authorization header', async () => {
    const sdk = await sdkOfSandbox()
    const list = (Authorization: string, apiKey: string) =>
      sdk('GET', 'health-ai/models', { Authorization, 'X-API-Key': apiKey })
    expect((await list(`Bearer ${key}`, deletedKey)).status).toBe(200)
    expect((await list(`Bearer ${deletedKey}`, key)).status).toBe(401)
    expect((await list('Basic YTpi', key)).status).toBe(401)
  })

  it('shares the limits of the account with its access tokens', async () => {
    const sandbox = await openSandbox('bondmcp', { publicUrl: origin })
    const list = (headers: Record<string, string>) =>
      sandbox.call('GET', '/mcp/health-ai/models', undefined, headers)
    const remaining = async (headers: Record<string, string>) =>
      Number((await list(headers)).headers.get('x-ratelimit-remaining'))
    const first = await remaining({ authorization: `Bearer ${key}` })
    expect(await remaining({ 'x-api-key': key })).toBe(first - 1)
  })
})
