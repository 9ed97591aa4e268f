import { describe, expect, it } from 'vitest'
import { json, mockOf, operation } from './contract.ts'

const error = (name: string) => json({ type: 'object' }, { [name]: { error: name } })
const body = { required: true, content: { 'application/json': { schema: { type: 'object' } } } }
const wrong = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[]' }

describe('an error', async () => {
  const post = (responses: object) => ({ post: { requestBody: body, responses } })
  const { send } = await mockOf({
    '/exact': post({
      200: { description: 'Done' },
      400: error('exact'),
      '4XX': error('range'),
      default: error('other'),
    }),
    '/range': post({ 200: { description: 'Done' }, '4XX': error('range'), default: error('other') }),
    '/default': post({ 200: { description: 'Done' }, default: error('other') }),
    '/none': post({ 200: { description: 'Done' }, 404: error('missing'), '5XX': error('broken') }),
  })

  it.each([
    ['/exact', 400, 'exact'],
    ['/range', 422, 'range'],
    ['/default', 422, 'other'],
  ])('takes the closest declaration of %s', async (path, status, name) => {
    expect(await send(path, wrong)).toMatchObject({ status, body: { error: name } })
  })

  it('describes the violations itself if the contract declares no error for the request', async () => {
    const { status, body, headers } = await send('/none', wrong)
    expect([status, headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect(body.violations).toHaveLength(1)
  })

  it.each([
    ['/range', 'code=404', 404, 'range'],
    ['/range', 'code=4XX', 400, 'range'],
    ['/range', 'code=503', 503, 'other'],
    ['/range', 'example=range', 400, 'range'],
    ['/default', 'code=default', 500, 'other'],
    ['/default', 'code=418', 418, 'other'],
    ['/none', 'code=504', 504, 'broken'],
  ])('follows for %s the preference %s', async (path, prefer, status, name) => {
    const right = { ...wrong, body: '{}', headers: { ...wrong.headers, prefer } }
    expect(await send(path, right)).toMatchObject({ status, body: { error: name } })
  })

  it('lists the declared statuses when Prefer asks for another', async () => {
    const headers = { ...wrong.headers, prefer: 'code=409' }
    expect((await send('/none', { ...wrong, headers })).body.detail).toContain('Declared: 200, 404, 5XX.')
  })
})

describe('names of examples', async () => {
  const examples = { plain: 1, 'a=b': 2, 'a, b': 3, 'say "hi"': 4, '\u672a\u77e5': 5, 'a;b': 6, '100%': 7 }
  const { send } = await mockOf({ '/': { get: { responses: { 200: json({ type: 'integer' }, examples) } } } })

  it.each([
    ['example=plain', 1],
    ['example="plain"', 1],
    ['example=a=b', 2],
    ['code=200, example="a=b"', 2],
    ['example="a, b"; code=200', 3],
    ['example="say \\"hi\\""', 4],
    ['example=%E6%9C%AA%E7%9F%A5', 5],
    ['example="a;b"', 6],
    ['example=a%3Bb', 6],
    ['example=100%', 7],
  ])('reads the name of an example from Prefer: %s', async (prefer, value) => {
    expect((await send('/', { headers: { prefer } })).body).toBe(value)
  })
})

describe('a response without an example', async () => {
  const get = (response: object) => ({ get: { responses: { 200: { description: 'Found', ...response } } } })
  const content = (type: string, media: object) => get({ content: { [type]: media } })
  const { send, logged } = await mockOf(
    {
      '/tree': get(json({ $ref: '#/components/schemas/Tree' })),
      '/patterns': get(
        json({ type: 'array', minItems: 2, items: { type: 'string', pattern: '^[A-Z]{2}$' } }),
      ),
      '/wrong-example': get(
        json({ type: 'object', properties: { age: { type: 'integer', examples: ['old'] } } }),
      ),
      '/secret': get(
        json({
          type: 'object',
          required: ['name', 'password'],
          properties: { name: { type: 'string' }, password: { type: 'string', writeOnly: true } },
        }),
      ),
      '/union': get(
        json({
          anyOf: [{ type: 'null' }, { type: 'object', required: ['a'], properties: { a: { const: 1 } } }],
        }),
      ),
      '/impossible': get(json({ type: 'string', enum: ['a'], minLength: 2 })),
      '/text': content('text/plain', { schema: { type: 'string' } }),
      '/html': content('text/html', { schema: { type: 'string' } }),
      '/logo': content('image/png', { schema: { type: 'string', format: 'binary' } }),
      '/nothing': get({}),
      '/no-schema': content('application/json', {}),
      '/any': content('*/*', { schema: { type: 'object', properties: { a: { type: 'boolean' } } } }),
      '/json-text': content('application/json', { example: '{"a": 1}' }),
      '/json-string': get(json({ type: 'string' }, { ok: 'text' })),
    },
    {
      components: {
        schemas: {
          Tree: {
            type: 'object',
            required: ['name', 'children'],
            properties: {
              name: { type: 'string' },
              parent: { $ref: '#/components/schemas/Tree' },
              children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
            },
          },
        },
      },
    },
  )

  it.each([
    ['/tree', { name: 'string', children: [] }],
    ['/patterns', [expect.stringMatching(/^[A-Z]{2}$/), expect.stringMatching(/^[A-Z]{2}$/)]],
    ['/wrong-example', { age: 1 }],
    ['/secret', { name: 'string' }],
    ['/union', { a: 1 }],
    ['/text', 'string'],
    ['/any', { a: true }],
    ['/nothing', ''],
    ['/no-schema', ''],
    ['/json-text', { a: 1 }],
    ['/json-string', 'text'],
  ])('makes the body of %s from the schema', async (path, expected) => {
    const { status, body } = await send(path)
    expect([status, body]).toEqual([200, expected])
  })

  it.each([
    ['/html', 'text/html', /^<!doctype html>/],
    ['/logo', 'image/png', /PNG/],
  ])('returns a placeholder for the document or image %s', async (path, type, expected) => {
    const { headers, body } = await send(path)
    expect([headers.get('content-type'), body]).toEqual([type, expect.stringMatching(expected)])
  })

  it('reports once that it cannot make a valid body', async () => {
    for (let call = 0; call < 2; call++) expect((await send('/impossible')).status).toBe(200)
    expect(logged).toEqual([
      'GET /impossible of the contract: The generated body of 200 does not match its schema. Add an example to the contract. (#/paths/~1impossible/get/responses/200/content/application~1json/schema)',
    ])
  })

  it('returns random values on request, also for recursive schemas', async () => {
    const { status, body } = await send('/tree', { headers: { prefer: 'dynamic=true' } })
    expect([status, body]).toMatchObject([200, { name: expect.any(String), children: expect.any(Array) }])
  })
})

describe('the media type of a response', async () => {
  const { send } = await mockOf({
    '/': {
      get: {
        responses: {
          200: {
            description: 'Found',
            content: {
              'application/json': { example: { a: 1 } },
              'text/html': { examples: { page: { value: '<p>1</p>' } } },
              'text/csv': { example: 'a\n1' },
            },
          },
        },
      },
    },
  })

  it.each([
    [{}, 'application/json'],
    [{ accept: 'text/html' }, 'text/html'],
    [{ accept: 'text/csv, text/html;q=0.9' }, 'text/csv'],
    [{ accept: 'text/html;q=0.1, */*;q=0.5' }, 'application/json'],
    [{ accept: 'text/*' }, 'text/html'],
    [{ accept: 'image/png' }, 'application/json'],
    [{ prefer: 'example=page' }, 'text/html'],
  ])('chooses the media type by the headers %j', async (headers, type) => {
    expect(
      (await send('/', { headers: headers as Record<string, string> })).headers.get('content-type'),
    ).toBe(type)
  })
})

it('prefers a success, then a redirect, then the default response', async () => {
  const { send } = await mockOf({
    '/success': {
      get: {
        responses: { default: error('other'), 302: { description: 'Moved' }, '2XX': { description: 'Done' } },
      },
    },
    '/redirect': { get: { responses: { default: error('other'), 303: { description: 'Moved' } } } },
    '/default': { get: { responses: { default: json({ type: 'boolean' }) } } },
    '/operation': { get: operation({}) },
  })
  const statuses = ['/success', '/redirect', '/default', '/operation'].map(
    async (path) => (await send(path)).status,
  )
  expect(await Promise.all(statuses)).toEqual([200, 303, 200, 204])
})
