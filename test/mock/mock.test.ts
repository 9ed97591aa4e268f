import { describe, expect, it } from 'vitest'
import { createMock } from '../../src/mock/mock.ts'
import { document, mockOfFixture } from './fixture.ts'

const { ask, logged } = await mockOfFixture()
const ada = '/readers/11111111-1111-4111-8111-111111111111'
const token = { authorization: 'Bearer t' }
const loan = { book: 'Emma', days: 7 }

const outcome = async (answer: Promise<Response>) => {
  const { status, ...response } = await answer.then(async (given) => ({
    status: given.status,
    text: await given.text(),
  }))
  return [status, response.text && JSON.parse(response.text)]
}

describe('pairing', () => {
  it('answers a request that equals a named example with the answer of that name', async () => {
    expect(await outcome(ask('POST', '/loans', { body: loan }))).toEqual([201, { id: 'loan-1' }])
    expect(await outcome(ask('POST', '/loans', { body: { days: 7, book: 'Dracula' } }))).toEqual([
      409,
      { error: 'lentOut' },
    ])
  })

  it('looks at parameters, too', async () => {
    const unknown = '/readers/22222222-2222-4222-8222-222222222222'
    expect(await outcome(ask('GET', ada, token))).toEqual([200, { name: 'Ada' }])
    expect(await outcome(ask('GET', unknown, token))).toEqual([404, { error: 'unknownReader' }])
  })

  it('takes the headers of the named answer where there is no body', async () => {
    const answer = await ask('GET', '/sign-in/google')
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://google.test/'])
  })

  it('gives the ordinary success to a request that equals no example', async () => {
    expect(await outcome(ask('POST', '/loans', { body: { book: 'Ulysses', days: 30 } }))).toEqual([
      201,
      { id: 'loan-1' },
    ])
  })

  it('yields to an explicit Prefer', async () => {
    const prefer = 'code=201'
    expect(await outcome(ask('POST', '/loans', { body: { book: 'Dracula', days: 7 }, prefer }))).toEqual([
      201,
      { id: 'loan-1' },
    ])
  })
})

describe('Prefer', () => {
  it('chooses a status, and of its examples the first', async () => {
    expect(await outcome(ask('POST', '/loans', { body: loan, prefer: 'code=400' }))).toEqual([
      400,
      { error: 'missingBook' },
    ])
  })

  it('chooses an example by name, with or without its status', async () => {
    for (const prefer of ['code=400, example=tooLong', 'example=tooLong', 'example="tooLong"; code=400']) {
      expect(await outcome(ask('POST', '/loans', { body: loan, prefer }))).toEqual([
        400,
        { error: 'tooLong' },
      ])
    }
  })

  it('chooses the headers of the example as well', async () => {
    const answer = await ask('GET', ada, { ...token, prefer: 'example=expiredToken' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('makes values up when it says dynamic=true', async () => {
    const [status, body] = await outcome(ask('POST', '/loans', { body: loan, prefer: 'dynamic=true' }))
    expect([status, body.id]).toEqual([201, 'made-up'])
  })

  it('may be about something else', async () => {
    expect(await outcome(ask('POST', '/loans', { body: loan, prefer: 'respond-async, wait=10' }))).toEqual([
      201,
      { id: 'loan-1' },
    ])
  })

  it.each([
    ['code=418', 'Its statuses: 201, 400, 409, 413, 415.'],
    ['code=409, example=tooLong', 'Its examples: 409: lentOut.'],
    ['example=none', '201: ok; 400: missingBook, malformedJson, missingDays, tooLong; 409: lentOut'],
    ['dynamic=yes', 'neither true nor false'],
  ])('that cannot be met (%s) is refused with what could', async (prefer, hint) => {
    const answer = await ask('POST', '/loans', { body: loan, prefer })
    expect(answer.status).toBe(400)
    expect((await answer.json()).detail).toContain(hint)
  })
})

describe('a request that violates the contract', () => {
  it('gets the first example of the declared error, and the reason in a header and on the console', async () => {
    logged.length = 0
    const answer = await ask('POST', '/loans', { body: { book: 'Emma', days: 99 } })
    expect(await answer.clone().json()).toEqual({ error: 'missingBook' })
    expect(JSON.parse(answer.headers.get('sl-violations') ?? '')).toEqual([
      {
        location: ['request', 'body', 'days'],
        severity: 'Error',
        code: 'maximum',
        message: 'Request body property days must be <= 30',
      },
    ])
    expect(logged).toEqual([
      [
        'POST /loans answered 400: the request violates the contract.',
        '  request.body.days: Request body property days must be <= 30',
        '  Help: "When the mock rejects a request" in README.md',
      ].join('\n'),
    ])
  })

  it('gets the error of the server where there is one, with the declared headers that the server leaves out', async () => {
    const seen: unknown[] = []
    const { ask } = await mockOfFixture('', async (operationId, request, params) => {
      seen.push(operationId, await request.text(), params)
      return Response.json(
        { error: 'days must be at most 30' },
        { status: 400, headers: { 'x-own': 'kept' } },
      )
    })
    const answer = await ask('POST', '/loans', { body: { book: 'Emma', days: 99 } })
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'days must be at most 30' }])
    expect(seen).toEqual(['borrow', '{"book":"Emma","days":99}', {}])
    expect([answer.headers.get('x-own'), answer.headers.get('x-due')]).toEqual(['kept', 'in 30 days'])
  })

  it('gets the first fitting example where the server accepts it', async () => {
    const { ask } = await mockOfFixture('', async () => undefined)
    expect(await outcome(ask('POST', '/loans', { body: { days: 3 } }))).toEqual([
      400,
      { error: 'missingBook' },
    ])
  })

  it.each([{ 'content-type': 'text/plain' }, { 'content-type': 'nonsense' }, { 'content-type': '' }])(
    'by its media type %o gets 415',
    async (headers) => {
      expect(await outcome(ask('POST', '/loans', { body: '{}', ...headers }))).toEqual([
        415,
        { error: 'unsupportedMediaType' },
      ])
    },
  )

  it('never gets a success, but may choose its refusal', async () => {
    const body = { book: 'Emma' }
    expect(await outcome(ask('POST', '/loans', { body, prefer: 'code=201' }))).toEqual([
      400,
      { error: 'missingDays' },
    ])
    expect(await outcome(ask('POST', '/loans', { body, prefer: 'code=409' }))).toEqual([
      409,
      { error: 'lentOut' },
    ])
  })

  it('hears of as many violations as a header may hold, in ASCII', async () => {
    const body = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`ключ${index}`, 'слишком длинный']),
    )
    const header = (await ask('POST', '/bare', { body })).headers.get('sl-violations') ?? ''
    expect(header).toMatch(/^[ -~]{1000,8000}$/)
    expect(JSON.parse(header)[1].message).toContain('ключ')
  })

  it('gets the reasons from the mock itself where the contract declares no refusal', async () => {
    const answer = await ask('POST', '/bare', { body: {} })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect((await answer.json()).violations).toHaveLength(1)
  })

  it('is too large beyond 64 KiB, with or without a declared length', async () => {
    const body = JSON.stringify({ book: 'E'.repeat(64 * 1024), days: 7 })
    expect(await outcome(ask('POST', '/loans', { body }))).toEqual([413, { error: 'tooLarge' }])
    const length = { 'content-length': String(body.length) }
    expect(await outcome(ask('POST', '/loans', { body, ...length }))).toEqual([413, { error: 'tooLarge' }])
  })
})

describe('credentials', () => {
  it.each(['Bearer t', 'bearer t', 'BEARER t', 'bEaReR t'])('are taken as %s', async (authorization) => {
    expect((await ask('GET', ada, { authorization })).status).toBe(200)
  })

  it.each(['', 'Bearer', 'Basic YTpi', 'Bearert'])('are not taken as "%s"', async (authorization) => {
    expect((await ask('GET', ada, { authorization })).status).toBe(401)
  })

  it('that are missing are named, one by one', async () => {
    const answer = await ask('DELETE', '/readers/me', token)
    expect(await answer.clone().json()).toEqual({ error: 'missingKey' })
    expect(answer.headers.get('sl-violations')).toContain('Credentials are missing: header X-Key')
    const both = await ask('DELETE', '/readers/me')
    expect(JSON.parse(both.headers.get('sl-violations') ?? '')).toHaveLength(2)
  })

  it('come before everything else', async () => {
    expect(await outcome(ask('GET', '/readers/you'))).toEqual([401, { error: 'missingToken' }])
  })
})

describe('an unknown', () => {
  it('path is answered with what exists, the nearest first', async () => {
    const answer = await ask('POST', '/api/loan')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    const { detail, available } = await answer.json()
    expect(detail).toContain('/api/loan')
    expect(available[0]).toBe('POST /loans')
    expect(available).toHaveLength(5)
  })

  it('method is answered with the ones that exist', async () => {
    const answer = await ask('PUT', '/readers/me')
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'DELETE, GET'])
    expect((await answer.json()).detail).toBe('/readers/me takes DELETE, GET, not PUT.')
  })
})

describe('CORS', () => {
  const origin = 'http://localhost:5173'

  it('lets a page of any origin send credentials and read every declared header', async () => {
    const answer = await ask('POST', '/loans', { body: loan, origin })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    expect(answer.headers.get('access-control-expose-headers')).toBe(
      'X-Due,WWW-Authenticate,Location,sl-violations',
    )
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it('allows in a preflight what was asked for', async () => {
    const answer = await ask('OPTIONS', '/readers/me', {
      origin,
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'authorization,x-key',
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-headers')).toBe('authorization,x-key')
    expect(answer.headers.get('access-control-allow-methods')).toContain('DELETE')
  })

  it('holds for refusals, unknown paths and unmet preferences', async () => {
    for (const answer of [
      ask('GET', ada, { origin }),
      ask('GET', '/no', { origin }),
      ask('POST', '/loans', { origin, prefer: 'code=1' }),
    ]) {
      expect((await answer).headers.get('access-control-allow-origin')).toBe(origin)
    }
  })
})

describe('a mock', () => {
  it('can be mounted below a path', async () => {
    const { ask: below } = await mockOfFixture('/mock/library')
    expect((await below('GET', `/mock/library${ada}`, token)).status).toBe(200)
    expect((await (await below('GET', '/mock/library/x')).json()).available).toContain(
      'POST /mock/library/loans',
    )
  })

  it('ignores a body that no operation asked for', async () => {
    const answer = await ask('DELETE', '/readers/me', { ...token, 'x-key': 'k', body: {} })
    expect(answer.status).toBe(204)
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['', null])
  })

  it('answers whatever the caller accepts', async () => {
    expect((await ask('POST', '/loans', { body: loan, accept: 'text/html' })).status).toBe(201)
  })

  it('says what failed inside it, but shows no stack trace', async () => {
    const withoutSchema = structuredClone(document)
    Object.assign(withoutSchema.paths['/bare'].post.responses[204], { content: { 'application/json': {} } })
    const mock = await createMock(withoutSchema, { log: () => {} })
    const headers = { prefer: 'dynamic=true', 'content-type': 'application/json' }
    const answer = await mock.fetch(
      new Request('http://mock.test/bare', { method: 'POST', headers, body: '{"a": "b"}' }),
    )
    expect(answer.status).toBe(500)
    expect(await answer.text()).toMatch(/The mock failed: [^\n]*schema is not defined/)
  })
})
