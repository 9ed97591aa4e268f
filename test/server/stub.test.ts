import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { contractUrl } from '../../generated/index.ts'
import type { Route } from '../../src/http/handlers.ts'
import { HttpError } from '../../src/http/http-error.ts'
import { createStub, type StubHandlers } from '../../src/server/stub.ts'
import type { ServedName } from '../../src/variants/index.ts'
import { credentials, exampleRequest } from '../mock/requests.ts'
import { factsOf } from '../support/facts.ts'
import { servedNames } from '../support/served.ts'
import { variants } from '../support/variants.ts'
import { type ContractCase, contractCases } from './cases.ts'

/** Returns the URL, the credentials and the parsed body of the example `ok`. */
async function exampleOf({ operation }: ContractCase) {
  const request = exampleRequest(operation)
  const body = (await request.json()) as { password: string }
  return { url: request.url, headers: credentials(operation), body }
}

/** The sign-ins of the APIs whose errors are known. */
const apis = (
  await Promise.all(
    servedNames.map(async (name) => {
      const { cases } = await contractCases(contractUrl(name))
      const signIn = cases.find(({ operationId }) => operationId === 'signIn')
      const { httpErrors: expected } = await factsOf(name)
      if (!signIn || !expected) return []
      const { url, headers, body } = await exampleOf(signIn)
      return [{ name, path: new URL(url).pathname, headers, body, expected }]
    }),
  )
).flat()

/** Returns a schema that matches all errors that an API declares. */
function errorSchemaOf(name: ServedName): z.ZodType {
  const responses = Object.values<Route>(variants[name].routes).flatMap((route) =>
    Object.entries(route.responses).flatMap(([status, response]) => {
      const { schema } = Object.values((response as ZodResponse).content ?? {})[0] ?? {}
      return Number(status) >= 400 && schema ? [schema] : []
    }),
  )
  return z.union([...new Set(responses)])
}

interface ZodResponse {
  content?: Record<string, { schema: z.ZodType }>
}

const isEmpty = (value: object) => Object.keys(value).length === 0

const postWith = (body: BodyInit, type = 'application/json', headers = {}) => ({
  method: 'POST',
  headers: { 'Content-Type': type, ...headers },
  body,
})

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(apis)('a stub of $name', ({ name, path, headers, body, expected }) => {
  const post = (sent: BodyInit, type = 'application/json') => postWith(sent, type, headers)
  const errorSchema = errorSchemaOf(name)
  const failing = (error: unknown): StubHandlers<ServedName> => ({ signIn: () => Promise.reject(error) })

  /** Validates an error response with the API's schema, and returns its status and code. */
  async function errorOf(response: Response) {
    const json = await response.json()
    expect(errorSchema.safeParse(json).error).toBeUndefined()
    return [response.status, json.error.code ?? json.error]
  }

  /** A stub whose handler must not be called. */
  const stub = () => createStub(name, failing(new Error('reached')))

  it('responds with 501 for an operation without a handler', async () => {
    const response = await (await createStub(name)).request(path, post(JSON.stringify(body)))
    expect(await errorOf(response)).toEqual(expected.notImplemented)
  })

  it('responds with 401 to a request without the credentials that an operation demands', async () => {
    const [operationId, { method, path: template }] = Object.entries<Route>(variants[name].routes).find(
      ([, { security = [] }]) => security.length > 0 && !security.some(isEmpty),
    ) as [string, Route]
    const secured = await createStub(name, { [operationId]: () => Promise.reject(new Error('reached')) })
    const response = await secured.request(template.replace(/\{\w+\}/g, 'x'), {
      method: method.toUpperCase(),
    })
    expect((await errorOf(response))[0]).toBe(401)
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
    const { path = '', body = {} } = apis.find(({ name }) => name === 'openfactory') ?? {}
    const response = await stub.request(path, postWith(JSON.stringify(body)))
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
    const path = `/api/projects/${id}/planner/work-orders?limit=7`
    const response = await stub.request(path, { headers: { Authorization: 'Bearer example' } })
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
    ['an empty body', postWith('')],
    ['malformed JSON', postWith('{')],
    ['a body of another type', postWith('refreshToken=x', 'text/plain')],
    ['a field of another type', postWith('{"refreshToken":1}')],
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
