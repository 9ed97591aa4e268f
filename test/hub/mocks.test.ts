import { describe, expect, it } from 'vitest'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { loadMock } from '../../src/hub/mocks.ts'
import type { Mock } from '../../src/mock/mock.ts'

const mocks = new Map<VariantName, Mock>()
for (const name of variantNames) mocks.set(name, await loadMock(name, { log: () => {} }))

async function post(
  name: VariantName,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await mocks.get(name)?.fetch(
    new Request(`http://mock.test${path}`, {
      method: 'POST',
      headers: { ...(text !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(text !== undefined && { body: text }),
    }),
  )
  if (!answer) throw new Error(`There is no mock of ${name}`)
  return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) }
}

const bkendKey = { 'x-api-key': `pk_${'0'.repeat(64)}` }

describe('a refusal speaks of the member that is wrong', () => {
  const bkend = (code: string, message: string) => ({ success: false, error: { code, message } })
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
  const full = { method: 'password', email: 'a@example.com', password: 'a-fine-passphrase', name: 'Ada' }
  const without = (member: keyof typeof full) => ({ ...full, [member]: undefined })

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
      { ...full, name: 7 },
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
  ])('%s %s %j', async (name, path, body, status, expected) => {
    const answer = await post(name, path, body, bkendKey)
    expect([answer.status, answer.body]).toEqual([status, expected])
    expect(JSON.parse(answer.headers.get('sl-violations') ?? '[]')).not.toEqual([])
  })

  it('with the headers that the contract declares for it', async () => {
    const { headers } = await post('bondmcp', '/mcp/auth/login', {})
    expect(headers.get('x-ratelimit-limit')).toMatch(/^\d+$/)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
  })

  it('and is the one of the contract for a request of the contract', async () => {
    const answer = await post('bondmcp', '/mcp/auth/register', {
      email: 'barbara@example.org',
      password: 'short-7',
    })
    expect([answer.status, answer.body]).toMatchObject([
      400,
      { error: { details: { password: expect.any(String) } } },
    ])
  })
})

describe('a body that counts as none', () => {
  const refresh = (body: unknown, headers = {}) => post('bedrud', '/api/auth/refresh', body, headers)
  const cookie = { cookie: 'theme=dark; refresh_token=a.b.c' }

  it.each([undefined, {}, '{bad', { refreshToken: 42 }])('gives way to the cookie: %j', async (body) => {
    expect((await refresh(body, cookie)).status).toBe(200)
  })

  it.each([undefined, {}, '{bad', { refreshToken: 42 }])('is missed without one: %j', async (body) => {
    const answer = await refresh(body)
    expect([answer.status, answer.body]).toEqual([400, { error: 'No refresh token provided' }])
  })

  it('leaves what Prefer asks for', async () => {
    expect((await refresh('{bad', { ...cookie, prefer: 'example=rotatedToken' })).status).toBe(401)
  })

  it('is not one that says something', async () => {
    expect((await refresh({ refreshToken: 'not-a-token' }, cookie)).status).toBe(401)
  })
})

describe('a request id', () => {
  const idOf = async (body: unknown, headers: Record<string, string>) => {
    const answer = await post('bondmcp', '/mcp/auth/login', body, headers)
    const { error } = answer.body as { error?: { request_id: string } }
    return [answer.status, answer.headers.get('x-request-id'), error?.request_id]
  }
  const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }
  const wrong = { prefer: 'code=401' }

  it('comes back in the header, and in the body of a refusal', async () => {
    const own = { 'x-request-id': 'mine-1' }
    expect(await idOf(mary, own)).toEqual([200, 'mine-1', undefined])
    expect(await idOf(mary, { ...own, ...wrong })).toEqual([401, 'mine-1', 'mine-1'])
    expect(await idOf({}, own)).toEqual([422, 'mine-1', 'mine-1'])
  })

  it.each([{}, { 'x-request-id': 'a b' }, { 'x-request-id': 'x'.repeat(65) }])(
    'is that of the examples in place of %j',
    async (headers) => {
      expect(await idOf(mary, { ...headers })).toEqual([200, 'req_5f2c8a10', undefined])
      expect(await idOf({}, { ...headers })).toEqual([422, 'req_5f2c8a10', 'req_5f2c8a10'])
    },
  )
})

it('a media type that is only like JSON is refused', async () => {
  const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }
  for (const type of ['application/x+json', 'application/problem+json', 'text/json']) {
    const answer = await post('bondmcp', '/mcp/auth/login', mary, { 'content-type': type })
    expect([type, answer.status]).toEqual([type, 400])
    expect(answer.headers.get('sl-violations')).toContain(`is not application/json`)
  }
})

describe('a header that belongs to some answers only', () => {
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
  ])('is that of the example: %s %s %s', async (name, path, example, challenge) => {
    expect(await challengeOf(name, path, `example=${example}`)).toBe(challenge)
  })
})

it('a refusal by a limit leaves nothing of it', async () => {
  const { headers } = await post(
    'bkend',
    '/v1/auth/refresh',
    { refreshToken: 'r' },
    { ...bkendKey, prefer: 'code=429' },
  )
  expect(headers.get('x-ratelimit-remaining')).toBe('0')
})
