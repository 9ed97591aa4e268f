import { describe, expect, it } from 'vitest'
import { createMock } from '../../src/mock/mock.ts'

const body = (required: boolean) => ({
  required,
  content: { 'application/json': { schema: { type: 'object', properties: { token: { type: 'string' } } } } },
})
const ok = {
  200: {
    description: 'Done.',
    content: {
      'application/json': { schema: { type: 'object' }, examples: { ok: { value: { done: true } } } },
    },
  },
}
const document = {
  openapi: '3.1.1',
  info: { title: 'T', version: '1' },
  paths: {
    '/optional': { post: { requestBody: body(false), responses: ok } },
    '/required': { post: { requestBody: body(true), responses: ok } },
  },
}
const mock = await createMock(document, { log: () => {} })
/** A mock of an API whose server accepts the request. */
const lenient = await createMock(document, { log: () => {}, validate: async () => undefined })

const post = (path: string, text: string, type = 'application/json', { fetch } = mock) =>
  fetch(
    new Request(`http://mock.test${path}`, { method: 'POST', headers: { 'content-type': type }, body: text }),
  )

describe('an invalid body', () => {
  const bodies: [string, string, number][] = [
    ['{bad', 'application/json', 400],
    ['{"token":42}', 'application/json', 422],
    ['token', 'text/plain', 415],
  ]

  it.each(bodies)('ignores but reports the optional body %s that the server accepts', async (text, type) => {
    const response = await post('/optional', text, type, lenient)
    expect([response.status, await response.json()]).toEqual([200, { done: true }])
    expect(JSON.parse(response.headers.get('sl-violations') ?? '[]')).toHaveLength(1)
  })

  it.each(bodies)('rejects the optional body %s of an API without a server', async (text, type, status) => {
    expect((await post('/optional', text, type)).status).toBe(status)
    expect((await post('/optional', '')).status).toBe(200)
  })

  it('rejects an invalid body if the body is required', async () => {
    expect((await post('/required', '{bad')).status).toBe(400)
  })
})

describe('a value that is nested too deep', () => {
  const tree = { type: 'object', properties: { child: { $ref: '#/components/schemas/Tree' } } }
  const media = { schema: { $ref: '#/components/schemas/Tree' } }
  const trees = createMock(
    {
      ...document,
      components: { schemas: { Tree: tree } },
      paths: {
        '/trees': {
          get: { parameters: [{ name: 'tree', in: 'query', style: 'deepObject', ...media }], responses: ok },
          post: {
            requestBody: {
              content: { 'application/json': media, 'application/x-www-form-urlencoded': media },
            },
            responses: ok,
          },
        },
      },
    },
    { log: () => {} },
  )
  const nested = (depth: number) => `${'{"child":'.repeat(depth)}{}${'}'.repeat(depth)}`
  const deepName = (name: string, depth: number) => `${name}${'[child]'.repeat(depth)}=1`
  const form = 'application/x-www-form-urlencoded'

  it.each([90, 150, 5_000, 50_000])(
    'is rejected in JSON with %i levels only if it has more than 100',
    async (depth) => {
      const { status } = await post('/trees', nested(depth), 'application/json', await trees)
      expect(status).toBe(depth < 100 ? 200 : 400)
    },
  )

  it('is rejected in the names of a query and of a form', async () => {
    const { fetch } = await trees
    const query = await fetch(new Request(`http://mock.test/trees?${deepName('tree', 5_000)}`))
    const body = await post('/trees', deepName('child', 5_000), form, await trees)
    expect([query.status, body.status]).toEqual([422, 422])
  })
})
