import { describe, expect, it, vi } from 'vitest'
import { createMock } from '../../src/mock/mock.ts'
import { document, mockOfFixture } from './fixture.ts'

const { send, logged } = await mockOfFixture()
const ada = '/readers/11111111-1111-4111-8111-111111111111'
const token = { authorization: 'Bearer t' }
const loan = { book: 'Emma', days: 7 }

const outcome = async (pending: Promise<Response>) => {
  const response = await pending
  const text = await response.text()
  return [response.status, text && JSON.parse(text)]
}

describe('example matching', () => {
  it('responds to a named request example with the response example of the same name', async () => {
    expect(await outcome(send('POST', '/loans', { body: loan }))).toEqual([201, { id: 'loan-1' }])
    expect(await outcome(send('POST', '/loans', { body: { days: 7, book: 'Dracula' } }))).toEqual([
      409,
      { error: 'lentOut' },
    ])
  })

  it('matches examples of parameters', async () => {
    const unknown = '/readers/22222222-2222-4222-8222-222222222222'
    expect(await outcome(send('GET', ada, token))).toEqual([200, { name: 'Ada' }])
    expect(await outcome(send('GET', unknown, token))).toEqual([404, { error: 'unknownReader' }])
  })

  it('takes headers from the matching example if there is no body', async () => {
    const response = await send('GET', '/sign-in/google')
    expect([response.status, response.headers.get('location')]).toEqual([302, 'https://google.test/'])
  })

  it('responds with the first success if no example matches', async () => {
    expect(await outcome(send('POST', '/loans', { body: { book: 'Ulysses', days: 30 } }))).toEqual([
      201,
      { id: 'loan-1' },
    ])
  })

  it('ignores a matching example if Prefer chooses a response', async () => {
    const prefer = 'code=201'
    expect(await outcome(send('POST', '/loans', { body: { book: 'Dracula', days: 7 }, prefer }))).toEqual([
      201,
      { id: 'loan-1' },
    ])
  })
})

describe('the Prefer header', () => {
  it('chooses a status, and takes its first example', async () => {
    expect(await outcome(send('POST', '/loans', { body: loan, prefer: 'code=400' }))).toEqual([
      400,
      { error: 'missingBook' },
    ])
  })

  it('chooses an example by name, with or without a status', async () => {
    for (const prefer of ['code=400, example=tooLong', 'example=tooLong', 'example="tooLong"; code=400']) {
      expect(await outcome(send('POST', '/loans', { body: loan, prefer }))).toEqual([
        400,
        { error: 'tooLong' },
      ])
    }
  })

  it('chooses the headers of the named example', async () => {
    const response = await send('GET', ada, { ...token, prefer: 'example=expiredToken' })
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('returns random values for dynamic=true', async () => {
    const [status, body] = await outcome(send('POST', '/loans', { body: loan, prefer: 'dynamic=true' }))
    expect([status, body.id]).toEqual([201, 'made-up'])
  })

  it('ignores unknown preferences', async () => {
    expect(await outcome(send('POST', '/loans', { body: loan, prefer: 'respond-async, wait=10' }))).toEqual([
      201,
      { id: 'loan-1' },
    ])
  })

  it.each([
    ['code=418', 'Declared: 201, 400, 409, 413, 415.'],
    ['code=409, example=tooLong', 'Declared: 409: lentOut.'],
    ['example=none', '201: ok; 400: missingBook, malformedJson, missingDays, tooLong; 409: lentOut'],
    ['dynamic=yes', 'Use true or false.'],
  ])('rejects the invalid or undeclared preference %s with a hint', async (prefer, hint) => {
    const response = await send('POST', '/loans', { body: loan, prefer })
    expect(response.status).toBe(400)
    expect((await response.json()).detail).toContain(hint)
  })
})

describe('an invalid request', () => {
  it('returns the first example of the declared error, and explains it in a header and on the console', async () => {
    logged.length = 0
    const response = await send('POST', '/loans', { body: { book: 'Emma', days: 99 } })
    expect(await response.clone().json()).toEqual({ error: 'missingBook' })
    expect(JSON.parse(response.headers.get('sl-violations') ?? '')).toEqual([
      {
        location: ['request', 'body', 'days'],
        severity: 'Error',
        code: 'maximum',
        message: 'Request body property days must be <= 30',
      },
    ])
    expect(logged).toEqual([
      [
        'POST /loans returned 400: the request violates the contract.',
        '  request.body.days: Request body property days must be <= 30',
        '  Help: "When the mock rejects a request" in README.md',
      ].join('\n'),
    ])
  })

  it('returns the error of the server, with declared headers that the server did not set', async () => {
    const received: unknown[] = []
    const { send } = await mockOfFixture('', async (operationId, request, params) => {
      received.push(operationId, await request.text(), params)
      return Response.json(
        { error: 'days must be at most 30' },
        { status: 400, headers: { 'x-own': 'kept' } },
      )
    })
    const response = await send('POST', '/loans', { body: { book: 'Emma', days: 99 } })
    expect([response.status, await response.json()]).toEqual([400, { error: 'days must be at most 30' }])
    expect(received).toEqual(['borrow', '{"book":"Emma","days":99}', {}])
    expect([response.headers.get('x-own'), response.headers.get('x-due')]).toEqual(['kept', 'in 30 days'])
  })

  it('returns an example of the contract if the server accepts an invalid request', async () => {
    const { send } = await mockOfFixture('', async () => undefined)
    expect(await outcome(send('POST', '/loans', { body: { days: 3 } }))).toEqual([
      400,
      { error: 'missingBook' },
    ])
  })

  it.each([{ 'content-type': 'text/plain' }, { 'content-type': 'nonsense' }, { 'content-type': '' }])(
    'returns 415 for the media type %o',
    async (headers) => {
      expect(await outcome(send('POST', '/loans', { body: '{}', ...headers }))).toEqual([
        415,
        { error: 'unsupportedMediaType' },
      ])
    },
  )

  it('lets Prefer choose the error of an invalid request, but never a success', async () => {
    const body = { book: 'Emma' }
    expect(await outcome(send('POST', '/loans', { body, prefer: 'code=201' }))).toEqual([
      400,
      { error: 'missingDays' },
    ])
    expect(await outcome(send('POST', '/loans', { body, prefer: 'code=409' }))).toEqual([
      409,
      { error: 'lentOut' },
    ])
  })

  it('reports as many violations as fit into a header, in ASCII', async () => {
    const body = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`ключ${index}`, 'слишком длинный']),
    )
    const header = (await send('POST', '/bare', { body })).headers.get('sl-violations') ?? ''
    expect(header).toMatch(/^[ -~]{1000,8000}$/)
    expect(JSON.parse(header)[1].message).toContain('ключ')
  })

  it('returns problem details if the contract declares no error response', async () => {
    const response = await send('POST', '/bare', { body: {} })
    expect([response.status, response.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect((await response.json()).violations).toHaveLength(1)
  })

  it.each([
    ['64 KiB with the validation of a server', 64 * 1024, async () => undefined],
    ['10 MiB without it', 10 * 1024 * 1024, undefined],
  ])('returns 413 for a body above %s, with or without Content-Length', async (_, bytes, validate) => {
    const { send } = await mockOfFixture('', validate)
    const body = JSON.stringify({ book: 'E'.repeat(bytes), days: 7 })
    expect(await outcome(send('POST', '/loans', { body }))).toEqual([413, { error: 'tooLarge' }])
    const length = { 'content-length': String(body.length) }
    expect(await outcome(send('POST', '/loans', { body, ...length }))).toEqual([413, { error: 'tooLarge' }])
  })
})

describe('authentication', () => {
  it.each(['Bearer t', 'bearer t', 'BEARER t', 'bEaReR t'])(
    'accepts the header "%s"',
    async (authorization) => {
      expect((await send('GET', ada, { authorization })).status).toBe(200)
    },
  )

  it.each(['', 'Bearer', 'Basic YTpi', 'Bearert'])('rejects the header "%s"', async (authorization) => {
    expect((await send('GET', ada, { authorization })).status).toBe(401)
  })

  it('lists every missing credential', async () => {
    const response = await send('DELETE', '/readers/me', token)
    expect(await response.clone().json()).toEqual({ error: 'missingKey' })
    expect(response.headers.get('sl-violations')).toContain('Missing credentials: header X-Key')
    const both = await send('DELETE', '/readers/me')
    expect(JSON.parse(both.headers.get('sl-violations') ?? '')).toHaveLength(2)
  })

  it('checks credentials before everything else', async () => {
    expect(await outcome(send('GET', '/readers/you'))).toEqual([401, { error: 'missingToken' }])
  })
})

describe('routing', () => {
  it('responds to an unknown path with all operations, the closest first', async () => {
    const response = await send('POST', '/api/loan')
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    const { detail, available } = await response.json()
    expect(detail).toContain('/api/loan')
    expect(available[0]).toBe('POST /loans')
    expect(available).toHaveLength(5)
  })

  it('responds to an unknown method with the supported ones', async () => {
    const response = await send('PUT', '/readers/me')
    const allow = 'DELETE, GET, HEAD, OPTIONS'
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
    expect((await response.json()).detail).toBe(`/readers/me does not support PUT. Supported: ${allow}.`)
  })

  it('lists the methods of a path on OPTIONS', async () => {
    const origin = 'http://localhost:5173'
    const { status, headers } = await send('OPTIONS', '/loans', { origin })
    expect([status, headers.get('allow')]).toEqual([204, 'POST, OPTIONS'])
    const unknown = await send('OPTIONS', '/no', { origin })
    expect([unknown.status, unknown.headers.get('access-control-allow-origin')]).toEqual([404, origin])
  })

  it('rejects HEAD where GET has effects', async () => {
    const { status, headers } = await send('HEAD', '/sign-in/google')
    expect([status, headers.get('allow')]).toEqual([405, 'GET, OPTIONS'])
    expect((await send('HEAD', ada, token)).status).toBe(200)
  })
})

it.each([
  ['a length', { 'content-length': '100' }],
  ['unknown length', { 'transfer-encoding': 'chunked' }],
])('logs nothing when the client disconnects before the end of a body of %s', async (_, length) => {
  const mock = await createMock(document, { log: (text) => logged.push(text) })
  const before = logged.length
  const body = new ReadableStream({ start: (controller) => controller.error(new Error('aborted')) })
  const headers = { 'content-type': 'application/json', ...length }
  const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
  expect((await mock.fetch(new Request('http://mock.test/loans', init))).status).toBe(400)
  expect(logged.slice(before)).toEqual([])
})

describe('a delay', () => {
  const elapsed = async (
    mock: { fetch: (request: Request) => Promise<Response> },
    delay?: string,
    path = ada,
  ) => {
    const headers = { ...token, ...(delay !== undefined && { 'x-mock-response-delay': delay }) }
    const start = performance.now()
    const { status } = await mock.fetch(new Request(`http://mock.test${path}`, { headers }))
    return { status, ms: performance.now() - start }
  }

  it('delays the response by the milliseconds of the header', async () => {
    const mock = await createMock(document, { log: () => {} })
    // The first request is slower, because it builds the response.
    await elapsed(mock)
    const { status, ms } = await elapsed(mock, '300')
    expect(status).toBe(200)
    expect(ms).toBeGreaterThan(295)
  })

  it('delays all responses by a random value of its range, which the header overrides', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const mock = await createMock(document, { log: () => {}, delay: [40, 120] })
    expect((await elapsed(mock)).ms).toBeGreaterThan(75)
    expect((await elapsed(mock, undefined, '/nothing')).ms).toBeGreaterThan(75)
    expect(random).toHaveBeenCalledTimes(2)
    expect((await elapsed(mock, '0')).ms).toBeLessThan(75)
  })

  it('stops waiting when the client disconnects', async () => {
    const mock = await createMock(document, { log: () => {} })
    const headers = { ...token, 'x-mock-response-delay': '60000' }
    const client = new AbortController()
    const waiting = mock.fetch(new Request(`http://mock.test${ada}`, { headers, signal: client.signal }))
    client.abort()
    expect((await waiting).status).toBe(200)
  })

  it.each(['-1', '1.5', '60001', '500-100', '100-', '1s', ''])('rejects the value %j', async (value) => {
    const mock = await createMock(document, { log: () => {} })
    const headers = { 'x-mock-response-delay': value }
    const response = await mock.fetch(new Request(`http://mock.test${ada}`, { headers }))
    expect(response.status).toBe(400)
    expect((await response.json()).detail).toContain('milliseconds such as 500, or a range such as 100-500')
  })

  it('lets preflights of browsers pass at once', async () => {
    const mock = await createMock(document, { log: () => {}, delay: [60_000, 60_000] })
    const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'GET' }
    const preflight = new Request(`http://mock.test${ada}`, { method: 'OPTIONS', headers })
    expect((await mock.fetch(preflight)).status).toBe(204)
  })
})

describe('CORS', () => {
  const origin = 'http://localhost:5173'

  it('lets pages of any origin send credentials and read every declared header', async () => {
    const response = await send('POST', '/loans', { body: loan, origin })
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(response.headers.get('access-control-expose-headers')).toBe(
      'X-Due,WWW-Authenticate,Location,sl-violations',
    )
    expect(response.headers.get('vary')).toContain('Origin')
  })

  it('allows the requested method and headers in a preflight', async () => {
    const response = await send('OPTIONS', '/readers/me', {
      origin,
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'authorization,x-key',
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,x-key')
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE')
  })

  it('sends CORS headers with errors, unknown paths and invalid preferences', async () => {
    for (const response of [
      send('GET', ada, { origin }),
      send('GET', '/no', { origin }),
      send('POST', '/loans', { origin, prefer: 'code=1' }),
    ]) {
      expect((await response).headers.get('access-control-allow-origin')).toBe(origin)
    }
  })
})

describe('the mock', () => {
  it('supports a base path', async () => {
    const { send: sendMounted } = await mockOfFixture('/mock/library')
    expect((await sendMounted('GET', `/mock/library${ada}`, token)).status).toBe(200)
    expect((await (await sendMounted('GET', '/mock/library/x')).json()).available).toContain(
      'POST /mock/library/loans',
    )
  })

  it('ignores a body that the operation does not declare', async () => {
    const response = await send('DELETE', '/readers/me', { ...token, 'x-key': 'k', body: {} })
    expect(response.status).toBe(204)
    expect([await response.text(), response.headers.get('content-type')]).toEqual(['', null])
  })

  it('ignores the Accept header', async () => {
    expect((await send('POST', '/loans', { body: loan, accept: 'text/html' })).status).toBe(201)
  })

  it('reports an internal error without a stack trace', async () => {
    const { send, logged } = await mockOfFixture('', async () => {
      throw new Error('the server failed')
    })
    const response = await send('GET', ada, token)
    expect([response.status, await response.text()]).toEqual([
      500,
      '{"status":500,"detail":"Internal error of the mock: the server failed"}',
    ])
    expect(logged).toEqual([`GET ${ada}: internal error of the mock: the server failed`])
  })
})
