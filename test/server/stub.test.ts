import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { zErrorResponse as bedrudError } from '../../generated/bedrud/schemas.ts'
import { zErrorResponse as bkendError } from '../../generated/bkend/schemas.ts'
import { zErrorResponse as bondmcpError } from '../../generated/bondmcp/schemas.ts'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { zErrorResponse, zValidationErrorResponse } from '../../generated/openfactory/schemas.ts'
import { HttpError } from '../../src/http/http-error.ts'
import { createStub, type StubHandlers } from '../../src/server/stub.ts'
import { variants } from '../support/variants.ts'

const errorSchemas = {
  bedrud: bedrudError,
  bkend: bkendError,
  bondmcp: bondmcpError,
  openfactory: zErrorResponse.or(zValidationErrorResponse),
}

/** The path and a valid body of each API's sign-in. */
const signIns = {
  bedrud: { path: '/api/auth/login', body: { email: 'user@example.com', password: 'securepassword' } },
  bkend: {
    path: '/v1/auth/email/signin',
    body: { method: 'password', email: 'user@example.com', password: 'password123' },
  },
  bondmcp: { path: '/mcp/auth/login', body: { email: 'ada@example.org', password: 'correct-horse-9' } },
  openfactory: { path: '/api/auth/signin', body: { email: 'ada@example.org', password: 'correct-horse-9' } },
} satisfies Record<VariantName, object>

/** The status and code of framework errors. For bedrud, whose errors have no code, the message. */
const expectedErrors = {
  bedrud: {
    notFound: [404, 'Not found'],
    methodNotAllowed: [405, 'Method not allowed'],
    malformedJson: [400, 'Invalid input'],
    wrongMediaType: [400, 'Invalid input'],
    missingPassword: [400, 'Email and password are required'],
    tooLarge: [413, 'Request body too large'],
    internalError: [500, 'An internal error occurred'],
    notImplemented: [501, 'signIn is not implemented yet'],
    unavailable: [503, 'Service unavailable, please try again later'],
  },
  bkend: {
    notFound: [404, 'common/not-found'],
    methodNotAllowed: [405, 'common/method-not-allowed'],
    malformedJson: [400, 'common/invalid-parameters'],
    wrongMediaType: [415, 'common/unsupported-media-type'],
    missingPassword: [400, 'common/invalid-parameters'],
    tooLarge: [413, 'common/payload-too-large'],
    internalError: [500, 'common/internal-error'],
    notImplemented: [501, 'common/internal-error'],
    unavailable: [503, 'common/unavailable'],
  },
  bondmcp: {
    notFound: [404, 'resource_not_found'],
    methodNotAllowed: [405, 'method_not_allowed'],
    malformedJson: [400, 'invalid_request'],
    wrongMediaType: [400, 'invalid_request'],
    missingPassword: [422, 'validation_error'],
    tooLarge: [413, 'payload_too_large'],
    internalError: [500, 'service_error'],
    notImplemented: [501, 'service_error'],
    unavailable: [503, 'service_unavailable'],
  },
  openfactory: {
    notFound: [404, 'NOT_FOUND'],
    methodNotAllowed: [405, 'METHOD_NOT_ALLOWED'],
    malformedJson: [400, 'BAD_REQUEST'],
    wrongMediaType: [415, 'UNSUPPORTED_MEDIA_TYPE'],
    missingPassword: [422, 'VALIDATION_ERROR'],
    tooLarge: [413, 'PAYLOAD_TOO_LARGE'],
    internalError: [500, 'INTERNAL_ERROR'],
    notImplemented: [501, 'INTERNAL_ERROR'],
    unavailable: [503, 'UNAVAILABLE'],
  },
} satisfies Record<VariantName, object>

const post = (body: BodyInit, type = 'application/json') => ({
  method: 'POST',
  headers: { 'Content-Type': type },
  body,
})

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(variantNames)('a stub of %s', (name) => {
  const { path, body } = signIns[name]
  const expected = expectedErrors[name]
  const failing = (error: unknown): StubHandlers<VariantName> => ({ signIn: () => Promise.reject(error) })

  /** Validates an error response with the API's schema, and returns its status and code. */
  async function errorOf(response: Response) {
    const json = await response.json()
    expect(errorSchemas[name].safeParse(json).error).toBeUndefined()
    return [response.status, json.error.code ?? json.error]
  }

  /** A stub whose handler must not be called. */
  const stub = () => createStub(name, failing(new Error('reached')))

  it('responds with 501 for an operation without a handler', async () => {
    const response = await (await createStub(name)).request(path, post(JSON.stringify(body)))
    expect(await errorOf(response)).toEqual(expected.notImplemented)
  })

  it('responds with 404 to an unknown path', async () => {
    expect(await errorOf(await (await stub()).request('/nothing'))).toEqual(expected.notFound)
    expect(await errorOf(await (await stub()).request(`${path}/`, post('{}')))).toEqual(expected.notFound)
  })

  it('responds with 405 and Allow to an unsupported method', async () => {
    const response = await (await stub()).request(path)
    expect(response.headers.get('allow')).toBe('POST, OPTIONS')
    expect(await errorOf(response)).toEqual(expected.methodNotAllowed)
  })

  it('rejects malformed JSON', async () => {
    expect(await errorOf(await (await stub()).request(path, post('{"email":')))).toEqual(
      expected.malformedJson,
    )
  })

  it('rejects other media types', async () => {
    const form = new URLSearchParams({ email: 'ada@example.org', password: 'x' })
    const response = await (await stub()).request(path, post(form, 'application/x-www-form-urlencoded'))
    expect(await errorOf(response)).toEqual(expected.wrongMediaType)
  })

  it('rejects a body that violates its schema', async () => {
    const { password: _, ...others } = body
    const response = await (await stub()).request(path, post(JSON.stringify(others)))
    expect(await errorOf(response)).toEqual(expected.missingPassword)
  })

  it('rejects a body over 64 KiB, with and without a Content-Length', async () => {
    const large = JSON.stringify({ ...body, password: 'x'.repeat(64 * 1024) })
    const init = post(large)
    const counted = { ...init, headers: { ...init.headers, 'Content-Length': String(large.length) } }
    expect(await errorOf(await (await stub()).request(path, counted))).toEqual(expected.tooLarge)
    expect(await errorOf(await (await stub()).request(path, init))).toEqual(expected.tooLarge)
  })

  it('responds with 500 when a handler throws, and hides the reason', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const response = await (await createStub(name, failing(new Error('db password')))).request(
      path,
      post(JSON.stringify(body)),
    )
    expect(await response.clone().text()).not.toContain('db password')
    expect(await errorOf(response)).toEqual(expected.internalError)
    expect(log).toHaveBeenCalledOnce()
  })

  it('responds with 503 and Retry-After when a handler is unavailable', async () => {
    const busy = new HttpError({ kind: 'unavailable', retryAfter: 3 })
    const response = await (await createStub(name, failing(busy))).request(path, post(JSON.stringify(body)))
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await errorOf(response)).toEqual(expected.unavailable)
  })
})

describe('a stub', () => {
  it('passes the validated body to the handler and sends its reply', async () => {
    const stub = await createStub('openfactory', {
      signIn: async ({ body }) => ({
        status: 401,
        body: { error: { code: 'INVALID_CREDENTIALS', message: `Not ${body.email}` } },
      }),
    })
    const { path, body } = signIns.openfactory
    const response = await stub.request(path, post(JSON.stringify(body)))
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: { code: 'INVALID_CREDENTIALS', message: 'Not ada@example.org' } },
    ])
  })

  it('passes path parameters and query to the handler', async () => {
    const stub = await createStub('openfactory', {
      listWorkOrders: async ({ params, query }) => ({
        status: 200,
        body: { workOrders: [], nextCursor: params.projectId, totalCount: query.limit },
      }),
    })
    const id = '1ed055ef-0425-49e4-9b8a-15070cd6f91c'
    const response = await stub.request(`/api/projects/${id}/planner/work-orders?limit=7`)
    expect(await response.json()).toEqual({ workOrders: [], nextCursor: id, totalCount: 7 })
  })

  it('sends redirects with all cookies and without a body', async () => {
    const cookies = ['bedrud_session=a; Path=/; HttpOnly', 'other=b; Path=/']
    const stub = await createStub('bedrud', {
      startOAuth: async ({ params }) => ({
        status: 307,
        headers: { Location: `https://provider.test/${params.provider}`, 'Set-Cookie': cookies },
      }),
    })
    const response = await stub.request('/api/auth/github/login')
    expect([response.status, await response.text()]).toEqual([307, ''])
    expect(response.headers.get('location')).toBe('https://provider.test/github')
    expect(response.headers.getSetCookie()).toEqual(cookies)
  })

  it.each([
    ['no body', { method: 'POST' }],
    ['an empty body', post('')],
    ['malformed JSON', post('{')],
    ['a body of another type', post('refreshToken=x', 'text/plain')],
    ['a field of another type', post('{"refreshToken":1}')],
  ])('treats %s as a missing refresh token, for bedrud', async (_case, init) => {
    const stub = await createStub('bedrud', {
      refreshTokens: async ({ body }) => ({ status: 400, body: { error: `got ${JSON.stringify(body)}` } }),
    })
    const response = await stub.request('/api/auth/refresh', init)
    expect([response.status, await response.json()]).toEqual([400, { error: 'got undefined' }])
  })

  it('repeats a valid request id and replaces an invalid one, for bondmcp', async () => {
    const idFor = async (id: string) => {
      const response = await (await createStub('bondmcp')).request('/mcp/nothing', {
        headers: { 'X-Request-ID': id },
      })
      const { error } = await response.json()
      expect(error.request_id).toBe(response.headers.get('x-request-id'))
      return error.request_id
    }
    expect(await idFor('req_5f2c8a10')).toBe('req_5f2c8a10')
    expect(await idFor('a b')).toMatch(/^req_[0-9a-f]{32}$/)
  })

  it('lists missing operations on the console', async () => {
    await createStub('bondmcp', { signIn: () => Promise.reject() })
    expect(console.warn).toHaveBeenCalledExactlyOnceWith(
      'bondmcp: 6 of 7 operations respond with 501: signUp, verifyEmail, listModels, listApiKeys, createApiKey, deleteApiKey',
    )
    const all = Object.keys(variants.bondmcp.routes).map((id) => [id, () => Promise.reject()])
    await createStub('bondmcp', Object.fromEntries(all))
    expect(console.warn).toHaveBeenCalledOnce()
  })

  it('rejects an unknown operationId', async () => {
    const misspelt = { signin: () => Promise.reject() }
    await expect(createStub('bondmcp', misspelt as object)).rejects.toThrow(
      'bondmcp has no operation "signin". Its operations are signUp, verifyEmail,',
    )
  })
})
