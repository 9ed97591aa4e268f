import { createRoute, z } from '@hono/zod-openapi'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createStub } from '../../src/server/stub.ts'
import * as own from './own-routes.ts'

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

const form = (fields: Record<string, string> | [string, string][]) => ({
  method: 'POST',
  body: new URLSearchParams(fields),
})

/** A stub whose token endpoint returns the body that its handler has received. */
const echo = () =>
  createStub(own, {
    issueToken: async ({ body }) => ({ status: 200, body: { access_token: JSON.stringify(body) } }),
  })

const received = async (init: RequestInit) => {
  const response = await (await echo()).request('/token', init)
  const { access_token, error_description } = await response.json()
  return response.ok ? JSON.parse(access_token) : `${response.status} ${error_description}`
}

describe('a stub of your own routes', () => {
  it('passes the fields of a form with the types of the contract', async () => {
    const fields: [string, string][] = [
      ['grant_type', 'password'],
      ['username', '0012'],
      ['lifetime', '3600'],
      ['remember', 'true'],
      ['scope', 'openid'],
      ['otp', '042'],
    ]
    expect(await received(form(fields))).toEqual({
      grant_type: 'password',
      username: '0012',
      lifetime: 3600,
      remember: true,
      scope: ['openid'],
      otp: '042',
    })
    expect(await received(form([...fields, ['scope', 'email']]))).toMatchObject({
      scope: ['openid', 'email'],
    })
  })

  it('rejects forms that break the contract', async () => {
    expect(await received(form({}))).toBe('422 body grant_type is required')
    expect(await received({ method: 'POST' })).toBe('422 body grant_type is required')
    expect(await received(form({ grant_type: 'password', lifetime: 'long' }))).toBe(
      '422 body lifetime must be a number',
    )
    const twice = form([
      ['grant_type', 'password'],
      ['grant_type', 'password'],
    ])
    expect(await received(twice)).toMatch(/^422 body grant_type must be/)
  })

  it('validates a body by its media type, and rejects undeclared ones', async () => {
    const json = (body: string, type = 'application/json') => ({
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    })
    expect(await received(json('{"assertion":"a"}'))).toEqual({ assertion: 'a' })
    expect(await received(json('{"grant_type":"password"}'))).toBe('422 body assertion is required')
    expect(await received(json('{"assertion":"a"}', 'text/plain'))).toMatch(/^415 /)
    expect(await received(json('{'))).toBe('400 The body is missing or is not valid JSON')
  })

  it('passes files of a multipart body, also large ones', async () => {
    const uploads: unknown[] = []
    const stub = await createStub(own, {
      async uploadAvatar({ body }) {
        const { file, crop } = body instanceof Blob ? { file: body } : body
        uploads.push(file instanceof Blob ? [file.type, file.size, crop] : file)
        return { status: 204 }
      },
    })
    const body = new FormData()
    body.set('file', new File(['x'.repeat(100_000)], 'a.png', { type: 'image/png' }))
    body.set('crop', '{"width":20}')
    expect((await stub.request('/avatar', { method: 'PUT', body })).status).toBe(204)
    const raw = { method: 'PUT', body: new Blob(['abc'], { type: 'image/webp' }) }
    expect((await stub.request('/avatar', raw)).status).toBe(204)
    expect(uploads).toEqual([
      ['image/png', 100_000, { width: 20 }],
      ['image/webp', 3, undefined],
    ])

    const broken = { method: 'PUT', headers: { 'Content-Type': 'multipart/form-data' }, body: 'file=' }
    const response = await stub.request('/avatar', broken)
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'bad_request', error_description: 'The body is not valid multipart/form-data' },
    ])
  })

  it('accepts replies of ranges and defaults, and checks them', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const statusOf = async (reply: object) => {
      const stub = await createStub(own, { issueToken: async () => reply as never })
      return (await stub.request('/token', form({ grant_type: 'password' }))).status
    }
    expect(await statusOf({ status: 418, body: { error: 'teapot' } })).toBe(418)
    expect(await statusOf({ status: 503, body: { error: 'busy' } })).toBe(503)
    expect(await statusOf({ status: 418, body: { message: 'wrong' } })).toBe(500)
    expect(await statusOf({ status: 503, body: {} })).toBe(500)
  })

  it('sends texts that are not JSON unchanged', async () => {
    const stub = await createStub(own, { readTerms: async () => ({ status: 200, body: '<h1>Terms</h1>' }) })
    const response = await stub.request('/terms')
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'text/html',
      '<h1>Terms</h1>',
    ])
  })

  it('serves the operations below a base path only', async () => {
    const stub = await createStub(
      { ...own, basePath: '/auth/v1' },
      { readTerms: async () => ({ status: 200, body: 'terms' }) },
    )
    const statuses = ['/auth/v1/terms', '/terms', '/auth/v1', '/auth/v12/terms'].map(
      async (path) => (await stub.request(path)).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 404, 404, 404])
  })

  it('lists missing operations on the console, and rejects unknown ones', async () => {
    await echo()
    expect(console.warn).toHaveBeenCalledExactlyOnceWith(
      'The contract: 2 of 3 operations respond with 501: uploadAvatar, readTerms',
    )
    await expect(createStub(own, { issueTokens: async () => ({ status: 200 }) } as object)).rejects.toThrow(
      'The contract has no operation "issueTokens". Its operations are issueToken, uploadAvatar, readTerms.',
    )
  })
})

describe('a stub of routes that lack operations', () => {
  const leftOut = {
    searchUsers: { method: 'get', path: '/users' },
    readFile: { method: 'get', path: '/{name}.json' },
    readPage: { method: 'get', path: '/{page}' },
  } as const
  const api = { ...own, basePath: '/v1', leftOut }
  const handlers = { readTerms: async () => ({ status: 200 as const, body: 'Terms' }) }

  it('responds to them with 501 and the reason', async () => {
    const stub = await createStub(api, handlers)
    const answerTo = async (path: string, method = 'GET') => {
      const response = await stub.request(path, { method })
      return [response.status, await response.text()]
    }
    const answer = (id: string) => [
      501,
      JSON.stringify({
        error: 'not_implemented',
        error_description: `The generated code cannot express ${id}`,
      }),
    ]
    expect(await answerTo('/v1/users?filter[name]=a')).toEqual(answer('searchUsers'))
    expect(await answerTo('/v1/a.json')).toEqual(answer('readFile'))
    expect(await answerTo('/v1/other')).toEqual(answer('readPage'))
    expect((await answerTo('/v1/users', 'HEAD'))[0]).toBe(501)
    expect(await answerTo('/v1/terms')).toEqual([200, 'Terms'])
    expect((await answerTo('/v1/users', 'POST'))[0]).toBe(404)
    expect((await answerTo('/users'))[0]).toBe(404)
  })

  it('counts them on the console, and rejects handlers of them', async () => {
    await createStub(api, handlers)
    expect(console.warn).toHaveBeenCalledExactlyOnceWith(
      'The contract: 5 of 6 operations respond with 501: issueToken, uploadAvatar, searchUsers, readFile, ' +
        'readPage. The generated code cannot express searchUsers, readFile, readPage.',
    )
    await expect(createStub(api, { readFile: async () => ({ status: 200 }) } as object)).rejects.toThrow(
      'The generated code cannot express readFile, so remove its handler.',
    )
  })
})

describe('a stub of protected operations', () => {
  const responses = { 200: { description: 'OK' }, 401: { description: 'Unauthorized' } }
  const query = z.object({ page: z.string() })
  const routeOf = (operationId: string, security: Record<string, string[]>[]) =>
    createRoute({
      ...{ method: 'get', path: `/${operationId}`, operationId, security, request: { query }, responses },
    })
  const api = {
    routes: {
      read: routeOf('read', [{ bearer: [] }, { key: [], cookie: [] }]),
      check: routeOf('check', [{ basic: [] }]),
      list: routeOf('list', [{ queryKey: [] }, {}]),
      later: routeOf('later', [{ bearer: [] }]),
    },
    securitySchemes: {
      bearer: { type: 'oauth2', flows: {} },
      basic: { type: 'http', scheme: 'basic' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      queryKey: { type: 'apiKey', in: 'query', name: 'key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
    },
  }
  const handler = async () => ({ status: 200 }) as never
  const answerTo = async (path: string, headers: Record<string, string> = {}) => {
    const stub = await createStub(api, { read: handler, check: handler, list: handler })
    const response = await stub.request(path, { headers })
    return [
      response.status,
      response.headers.get('www-authenticate'),
      response.ok || (await response.json()).detail,
    ]
  }

  it('rejects requests without credentials, with a challenge and before validation', async () => {
    expect(await answerTo('/read')).toEqual([
      ...[401, 'Bearer'],
      'Missing credentials: header Authorization: Bearer …, header X-Key, cookie session',
    ])
    expect(await answerTo('/read?page=1', { 'X-Key': 'k' })).toEqual([
      ...[401, 'Bearer'],
      'Missing credentials: header Authorization: Bearer …, cookie session',
    ])
    expect(await answerTo('/check?page=1', { Authorization: 'Basic %' })).toEqual([
      ...[401, 'Basic realm="API"'],
      'Missing credentials: header Authorization: Basic …',
    ])
  })

  it('accepts any credential, and none where it is optional', async () => {
    expect(await answerTo('/read?page=1', { Authorization: 'bearer wrong' })).toEqual([200, null, true])
    expect(await answerTo('/read?page=1', { 'X-Key': 'k', Cookie: 'session=s' })).toEqual([200, null, true])
    expect(await answerTo('/check?page=1', { Authorization: `Basic ${btoa('a:b')}` })).toEqual([
      200,
      null,
      true,
    ])
    expect(await answerTo('/list?page=1')).toEqual([200, null, true])
    expect(await answerTo('/list', { Authorization: 'Bearer a' })).toEqual([
      422,
      null,
      'query page is required',
    ])
  })

  it('responds with 501 without a handler, whether there are credentials or not', async () => {
    expect(await answerTo('/later')).toEqual([501, null, 'later is not implemented yet'])
  })
})

describe('the status of an invalid request to a stub', () => {
  const json = { 'Content-Type': 'application/json' }
  const requests: RequestInit[] = [
    { headers: json, body: '{"email":1}' },
    { headers: json, body: '{' },
    { headers: { 'Content-Type': 'text/plain' }, body: 'text' },
    { headers: { ...json, 'Content-Encoding': 'gzip' }, body: '{}' },
    { headers: { 'Content-Type': 'multipart/form-data' }, body: 'email=' },
  ]
  const error = { description: 'Error' }
  const schema = z.object({ email: z.string() })

  it.each<[string[], number[]]>([
    [['422'], [422, 422, 422, 422, 422]],
    [['400'], [400, 400, 400, 400, 400]],
    [
      ['400', '415', '422'],
      [422, 400, 415, 415, 400],
    ],
    [
      ['400', '4XX'],
      [400, 400, 400, 400, 400],
    ],
    [['4XX'], [422, 400, 415, 415, 400]],
    [['default'], [422, 400, 415, 415, 400]],
    [[], [422, 400, 415, 415, 400]],
  ])('is a declared one, if the operation declares %j', async (declared, expected) => {
    const signIn = createRoute({
      method: 'post',
      path: '/sign-in',
      operationId: 'signIn',
      request: {
        body: { content: { 'application/json': { schema }, 'multipart/form-data': { schema } } },
      },
      responses: { 204: error, ...Object.fromEntries(declared.map((status) => [status, error])) },
    })
    const stub = await createStub({ routes: { signIn } }, { signIn: async () => ({ status: 204 }) as never })
    const statuses = requests.map(
      async (init) => (await stub.request('/sign-in', { method: 'POST', ...init })).status,
    )
    expect(await Promise.all(statuses)).toEqual(expected)
  })
})
