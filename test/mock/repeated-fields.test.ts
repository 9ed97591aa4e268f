import { expect, it } from 'vitest'
import { mockOf, operation } from './contract.ts'

const limit = { type: 'integer', maximum: 9 }

const { send } = await mockOf({
  '/things': {
    get: operation({
      parameters: [
        { name: 'limit', in: 'query', schema: limit },
        { name: 'kind', in: 'query', schema: { enum: ['a', 'b'], type: 'string' } },
        { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'integer' } } },
        { name: 'filter', in: 'query', schema: { type: 'object', properties: { role: { type: 'string' } } } },
        { name: 'any', in: 'query' },
        { name: 'json', in: 'query', content: { 'application/json': { schema: { type: 'string' } } } },
      ],
    }),
    post: operation({
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': { schema: { type: 'object', properties: { limit } } },
        },
      },
    }),
  },
})

async function messagesOf(path: string, body?: string): Promise<string[]> {
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  const { headers } = await send(path, body === undefined ? {} : { ...form, body })
  return JSON.parse(headers.get('sl-violations') ?? '[]').map(({ message }: { message: string }) => message)
}

it.each([
  ['/things?limit=5&limit=6', 'Request query parameter limit occurs 2 times, but takes one value'],
  ['/things?kind=a&kind=b&kind=c', 'Request query parameter kind occurs 3 times, but takes one value'],
  ['/things?role=a&role=b', 'Request query parameter filter.role occurs 2 times, but takes one value'],
])('says that the parameter of %s takes one value', async (path, message) => {
  expect(await messagesOf(path)).toEqual([message])
})

it('says that the field of a form takes one value', async () => {
  expect(await messagesOf('/things', 'limit=5&limit=6')).toEqual([
    'Request body property limit occurs 2 times, but takes one value',
  ])
})

it.each([
  ['/things?tags=1&tags=x', 'Request query parameter tags.1 must be integer'],
  ['/things?limit=12', 'Request query parameter limit must be <= 9'],
  ['/things?json=%5B1%2C2%5D', 'Request query parameter json must be string'],
])('leaves other errors of %s as they are', async (path, message) => {
  expect(await messagesOf(path)).toEqual([message])
})

it('accepts a repeated parameter without a schema', async () => {
  expect((await send('/things?any=1&any=2')).status).toBe(204)
})
