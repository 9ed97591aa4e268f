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

/** Where each API signs in, and a body that it understands. */
const signIns = {
  bedrud: { path: '/api/auth/login', body: { email: 'user@example.com', password: 'securepassword' } },
  bkend: {
    path: '/v1/auth/email/signin',
    body: { method: 'password', email: 'user@example.com', password: 'password123' },
  },
  bondmcp: { path: '/mcp/auth/login', body: { email: 'ada@example.org', password: 'correct-horse-9' } },
  openfactory: { path: '/api/auth/signin', body: { email: 'ada@example.org', password: 'correct-horse-9' } },
} satisfies Record<VariantName, object>

/** Status and code (or text, where there is no code) of what the framework refuses. */
const wordings = {
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

describe.each(variantNames)('a stub of %s refuses', (name) => {
  const { path, body } = signIns[name]
  const wording = wordings[name]
  const failing = (error: unknown): StubHandlers<VariantName> => ({ signIn: () => Promise.reject(error) })

  /** Status and code of a refusal, once its body is found to be of the API's error schema. */
  async function refusalOf(response: Response) {
    const json = await response.json()
    expect(errorSchemas[name].safeParse(json).error).toBeUndefined()
    return [response.status, json.error.code ?? json.error]
  }

  /** A handler that must not be reached. */
  const stub = () => createStub(name, failing(new Error('reached')))

  it('an operation without a handler', async () => {
    const response = await (await createStub(name)).request(path, post(JSON.stringify(body)))
    expect(await refusalOf(response)).toEqual(wording.notImplemented)
  })

  it('an unknown path', async () => {
    expect(await refusalOf(await (await stub()).request('/nothing'))).toEqual(wording.notFound)
    expect(await refusalOf(await (await stub()).request(`${path}/`, post('{}')))).toEqual(wording.notFound)
  })

  it('a method that the path does not have, and tells those that it has', async () => {
    const response = await (await stub()).request(path)
    expect(response.headers.get('allow')).toBe('POST, OPTIONS')
    expect(await refusalOf(response)).toEqual(wording.methodNotAllowed)
  })

  it('malformed JSON', async () => {
    expect(await refusalOf(await (await stub()).request(path, post('{"email":')))).toEqual(
      wording.malformedJson,
    )
  })

  it('another media type', async () => {
    const form = new URLSearchParams({ email: 'ada@example.org', password: 'x' })
    const response = await (await stub()).request(path, post(form, 'application/x-www-form-urlencoded'))
    expect(await refusalOf(response)).toEqual(wording.wrongMediaType)
  })

  it('a body that breaks its schema', async () => {
    const { password: _, ...others } = body
    const response = await (await stub()).request(path, post(JSON.stringify(others)))
    expect(await refusalOf(response)).toEqual(wording.missingPassword)
  })

  it('a body over 64 KiB, with and without a Content-Length', async () => {
    const large = JSON.stringify({ ...body, password: 'x'.repeat(64 * 1024) })
    const init = post(large)
    const counted = { ...init, headers: { ...init.headers, 'Content-Length': String(large.length) } }
    expect(await refusalOf(await (await stub()).request(path, counted))).toEqual(wording.tooLarge)
    expect(await refusalOf(await (await stub()).request(path, init))).toEqual(wording.tooLarge)
  })

  it('what a handler fails at, and keeps the reason to itself', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const response = await (await createStub(name, failing(new Error('db password')))).request(
      path,
      post(JSON.stringify(body)),
    )
    expect(await response.clone().text()).not.toContain('db password')
    expect(await refusalOf(response)).toEqual(wording.internalError)
    expect(log).toHaveBeenCalledOnce()
  })

  it('what a handler is too busy for, and tells when to come back', async () => {
    const busy = new HttpError({ kind: 'unavailable', retryAfter: 3 })
    const response = await (await createStub(name, failing(busy))).request(path, post(JSON.stringify(body)))
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await refusalOf(response)).toEqual(wording.unavailable)
  })
})

describe('a stub', () => {
  it('hands the validated body to the handler and sends its reply', async () => {
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

  it('hands path parameters and query to the handler', async () => {
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

  it('sends redirects without a body and every cookie', async () => {
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
    ['a Content-Type alone', post('')],
    ['malformed JSON', post('{')],
    ['a body of another type', post('refreshToken=x', 'text/plain')],
    ['a member of another type', post('{"refreshToken":1}')],
  ])('of bedrud counts %s as no refresh token', async (_case, init) => {
    const stub = await createStub('bedrud', {
      refreshTokens: async ({ body }) => ({ status: 400, body: { error: `got ${JSON.stringify(body)}` } }),
    })
    const response = await stub.request('/api/auth/refresh', init)
    expect([response.status, await response.json()]).toEqual([400, { error: 'got undefined' }])
  })

  it('of bondmcp gives back a sane request id and replaces any other', async () => {
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

  it('lists on the console what is missing, and nothing once all is there', async () => {
    await createStub('bondmcp', { signIn: () => Promise.reject() })
    expect(console.warn).toHaveBeenCalledExactlyOnceWith(
      'bondmcp: 6 of 7 operations answer 501: signUp, verifyEmail, listModels, listApiKeys, createApiKey, deleteApiKey',
    )
    const all = Object.keys(variants.bondmcp.routes).map((id) => [id, () => Promise.reject()])
    await createStub('bondmcp', Object.fromEntries(all))
    expect(console.warn).toHaveBeenCalledOnce()
  })

  it('refuses a handler that no operation has, and a variant that does not exist', async () => {
    const misspelt = { signin: () => Promise.reject() }
    await expect(createStub('bondmcp', misspelt as object)).rejects.toThrow(
      'bondmcp has no operation "signin". Its operations are signUp, verifyEmail,',
    )
    await expect(createStub('bkand' as 'bkend')).rejects.toThrow(
      'There is no API "bkand". Use one of bedrud, bkend,',
    )
  })
})
