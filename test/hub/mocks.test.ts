import { describe, expect, it } from 'vitest'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { loadMock } from '../../src/hub/mocks.ts'
import type { Mock } from '../../src/mock/mock.ts'

const mocks = new Map<VariantName, Mock>()
for (const name of variantNames) mocks.set(name, await loadMock(builtInApi(name), { log: () => {} }))

async function post(
  name: VariantName,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const response = await mocks.get(name)?.fetch(
    new Request(`http://mock.test${path}`, {
      method: 'POST',
      headers: { ...(text !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(text !== undefined && { body: text }),
    }),
  )
  if (!response) throw new Error(`No mock of ${name}`)
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

const bkendKey = { 'x-api-key': `pk_${'0'.repeat(64)}` }

describe('validation errors of mocks', () => {
  const bkend = (code: string, message: string) => ({ success: false, message, error: { code, message } })
  const bondmcp = (details: object) => ({
    error: {
      code: 'validation_error',
      message: 'Request validation failed',
      details,
      request_id: 'req_5f2c8a10',
    },
  })
  const openfactory = (...issues: object[]) => ({
    error: { code: 'VALIDATION_ERROR', message: 'Request validation failed', details: { issues } },
  })
  const complete = { method: 'password', email: 'a@example.com', password: 'a-fine-passphrase', name: 'Ada' }
  const without = (field: keyof typeof complete) => ({ ...complete, [field]: undefined })

  it.each<[VariantName, string, object, number, object]>([
    [
      'bkend',
      '/v1/auth/email/signup',
      without('email'),
      400,
      bkend('common/invalid-parameters', 'email is required'),
    ],
    [
      'bkend',
      '/v1/auth/email/signup',
      { ...complete, name: 7 },
      400,
      bkend('common/invalid-parameters', 'name must be a string'),
    ],
    ['bondmcp', '/mcp/auth/login', without('email'), 422, bondmcp({ email: 'is required' })],
    [
      'bondmcp',
      '/mcp/auth/login',
      { email: 1, password: 2 },
      422,
      bondmcp({ email: 'must be a string', password: 'must be a string' }),
    ],
    ['bedrud', '/api/auth/register', without('name'), 400, { error: 'Name must be at least 2 characters' }],
    [
      'openfactory',
      '/api/auth/signin',
      without('email'),
      422,
      openfactory({ path: 'email', message: 'Required' }),
    ],
  ])('names the invalid field for %s %s %j', async (name, path, body, status, expected) => {
    const response = await post(name, path, body, bkendKey)
    expect([response.status, response.body]).toEqual([status, expected])
    expect(JSON.parse(response.headers.get('sl-violations') ?? '[]')).not.toEqual([])
  })

  it('returns the headers that the contract declares for the error', async () => {
    const { headers } = await post('bondmcp', '/mcp/auth/login', {})
    expect(headers.get('x-ratelimit-limit')).toMatch(/^\d+$/)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
  })

  it('returns the error example of the contract for its request example', async () => {
    const response = await post('bondmcp', '/mcp/auth/register', {
      email: 'barbara@example.org',
      password: 'short-7',
    })
    expect([response.status, response.body]).toMatchObject([
      400,
      { error: { details: { password: expect.any(String) } } },
    ])
  })
})

describe('an invalid refresh body with a cookie', () => {
  const refresh = (body: unknown, headers = {}) => post('bedrud', '/api/auth/refresh', body, headers)
  const cookie = { cookie: 'theme=dark; refresh_token=a.b.c' }

  it.each([undefined, {}, '{bad', { refreshToken: 42 }])(
    'uses the cookie instead of the body %j',
    async (body) => {
      expect((await refresh(body, cookie)).status).toBe(200)
    },
  )

  it.each([undefined, {}, '{bad', { refreshToken: 42 }])(
    'responds with 400 without a cookie for the body %j',
    async (body) => {
      const response = await refresh(body)
      expect([response.status, response.body]).toEqual([400, { error: 'No refresh token provided' }])
    },
  )

  it('returns the example that Prefer asks for', async () => {
    expect((await refresh('{bad', { ...cookie, prefer: 'example=rotatedToken' })).status).toBe(401)
  })

  it('rejects a wrong token in the body despite the cookie', async () => {
    expect((await refresh({ refreshToken: 'not-a-token' }, cookie)).status).toBe(401)
  })
})

describe('the request id in mock responses', () => {
  const idOf = async (body: unknown, headers: Record<string, string>) => {
    const response = await post('bondmcp', '/mcp/auth/login', body, headers)
    const { error } = response.body as { error?: { request_id: string } }
    return [response.status, response.headers.get('x-request-id'), error?.request_id]
  }
  const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }
  const unauthorized = { prefer: 'code=401' }

  it('returns the id of the request in the header and in error bodies', async () => {
    const own = { 'x-request-id': 'mine-1' }
    expect(await idOf(mary, own)).toEqual([200, 'mine-1', undefined])
    expect(await idOf(mary, { ...own, ...unauthorized })).toEqual([401, 'mine-1', 'mine-1'])
    expect(await idOf({}, own)).toEqual([422, 'mine-1', 'mine-1'])
  })

  it.each([{}, { 'x-request-id': 'a b' }, { 'x-request-id': 'x'.repeat(65) }])(
    'returns the id of the examples for the headers %j',
    async (headers) => {
      expect(await idOf(mary, { ...headers })).toEqual([200, 'req_5f2c8a10', undefined])
      expect(await idOf({}, { ...headers })).toEqual([422, 'req_5f2c8a10', 'req_5f2c8a10'])
    },
  )
})

it('rejects media types that only resemble JSON', async () => {
  const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }
  for (const type of ['application/x+json', 'application/problem+json', 'text/json']) {
    const response = await post('bondmcp', '/mcp/auth/login', mary, { 'content-type': type })
    expect([type, response.status]).toEqual([type, 400])
    expect(response.headers.get('sl-violations')).toContain(`Content-Type must be application/json`)
  }
})

describe('headers with named examples', () => {
  const token = { authorization: 'Bearer a.b.c' }
  const challengeOf = async (name: VariantName, path: string, prefer: string) =>
    (await post(name, path, {}, { ...bkendKey, ...token, prefer })).headers.get('www-authenticate')
  const feedback = '/api/projects/1ed055ef-0425-49e4-9b8a-15070cd6f91c/validator/feedback'

  it.each<[VariantName, string, string, string | null]>([
    ['bkend', '/v1/auth/signout', 'missingToken', 'Bearer'],
    ['bkend', '/v1/auth/signout', 'expiredToken', 'Bearer error="invalid_token"'],
    ['bkend', '/v1/auth/signout', 'revokedKey', null],
    ['openfactory', feedback, 'missingScope', 'Bearer error="insufficient_scope", scope="validator:write"'],
    ['openfactory', feedback, 'otherProject', null],
  ])('returns WWW-Authenticate of the example: %s %s %s', async (name, path, example, challenge) => {
    expect(await challengeOf(name, path, `example=${example}`)).toBe(challenge)
  })
})

it('returns zero remaining requests with a 429 response', async () => {
  const { headers } = await post(
    'bkend',
    '/v1/auth/refresh',
    { refreshToken: 'r' },
    { ...bkendKey, prefer: 'code=429' },
  )
  expect(headers.get('x-ratelimit-remaining')).toBe('0')
})

it.each<[VariantName, string, number]>([
  ['bedrud', '/api/auth/login', 400],
  ['bkend', '/v1/auth/email/signin', 415],
  ['bondmcp', '/mcp/auth/login', 400],
  ['openfactory', '/api/auth/signin', 415],
])('rejects a compressed body as the server of %s does', async (name, path, status) => {
  const response = await post(
    name,
    path,
    { email: 'a@example.com' },
    { ...bkendKey, 'content-encoding': 'gzip' },
  )
  expect([response.status, response.headers.get('accept-encoding')]).toEqual([status, 'identity'])
})
