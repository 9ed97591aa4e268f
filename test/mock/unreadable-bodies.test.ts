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
const mock = await createMock(
  {
    openapi: '3.1.1',
    info: { title: 'T', version: '1' },
    paths: {
      '/optional': { post: { requestBody: body(false), responses: ok } },
      '/required': { post: { requestBody: body(true), responses: ok } },
    },
  },
  { log: () => {} },
)

const post = (path: string, text: string, type = 'application/json') =>
  mock.fetch(
    new Request(`http://mock.test${path}`, { method: 'POST', headers: { 'content-type': type }, body: text }),
  )

describe('an invalid body', () => {
  it.each([
    ['{bad', 'application/json'],
    ['{"token":42}', 'application/json'],
    ['token', 'text/plain'],
  ])('ignores but reports the body %s if it is optional and no error is declared', async (text, type) => {
    const response = await post('/optional', text, type)
    expect([response.status, await response.json()]).toEqual([200, { done: true }])
    expect(JSON.parse(response.headers.get('sl-violations') ?? '[]')).toHaveLength(1)
  })

  it('rejects an invalid body if the body is required', async () => {
    expect((await post('/required', '{bad')).status).toBe(400)
  })
})
