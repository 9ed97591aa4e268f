import { describe, expect, test } from 'vitest'
import { createBkendClient, createBondmcpClient, createOpenfactoryClient } from '../../src/client/index.ts'

const sent: string[] = []
const connection = {
  baseUrl: 'http://api.test/base',
  fetch: (request: Request) => {
    sent.push(`${request.method} ${request.url}`)
    return Response.json({})
  },
}
const bkend = createBkendClient({ ...connection, apiKey: 'sk_test' })
const openfactory = createOpenfactoryClient({ ...connection, apiKey: 'of-key-1' })
const bondmcp = createBondmcpClient({ ...connection, apiKey: 'bcp_1' })

const harmful = [
  ...['', '.', '..', '%2e', '%2E%2e', '.%2e', '%252e%25252E'],
  ...['/', 'u1/avatar', '../auth/me', '..\\..', 'u1%2Favatar', '..%2f', '%5c', '%25252f'],
]

const calls: Record<string, (value: string) => Promise<unknown>> = {
  'userId of GET': (userId) => bkend.GET('/v1/users/{userId}', { params: { path: { userId } } }),
  'userId of PATCH': (userId) =>
    bkend.PATCH('/v1/users/{userId}', { params: { path: { userId } }, body: {} }),
  'provider of GET': (provider) =>
    bkend.GET('/v1/auth/{provider}/callback', {
      params: { path: { provider: provider as 'google' }, query: { state: 's', code: 'c' } },
    }),
  'key_id of DELETE': (key_id) =>
    bondmcp.DELETE('/mcp/auth/api-keys/{key_id}', { params: { path: { key_id } } }),
  'orgId of POST': (orgId) =>
    openfactory.POST('/api/organizations/{orgId}/projects', {
      params: { path: { orgId } },
      body: { name: 'x' },
    }),
  'workOrderId of PATCH': (workOrderId) =>
    openfactory.PATCH('/api/projects/{projectId}/planner/work-orders/{workOrderId}', {
      params: { path: { projectId: 'p1', workOrderId } },
      body: { status: 'done' },
    }),
}

describe.each(Object.entries(calls))('the path parameter %s', (name, call) => {
  test.each(harmful)('rejects %j with a TypeError that names the parameter', async (value) => {
    sent.length = 0
    await expect(call(value)).rejects.toThrow(TypeError)
    await expect(call(value)).rejects.toThrow(
      `The path parameter "${name.split(' ')[0]}" is ${JSON.stringify(value)}.`,
    )
    expect(sent).toEqual([])
  })
})

test.each([undefined, null, {}, [], ['..'], true])('rejects %j, which is not text', async (value) => {
  const path = { userId: value as never }
  await expect(bkend.GET('/v1/users/{userId}', { params: { path } })).rejects.toThrow(TypeError)
})

test.each([
  ['8d0e4f72-1b3c-4a9d', '8d0e4f72-1b3c-4a9d'],
  ['...', '...'],
  ['.a', '.a'],
  ['a b?c#d&e', 'a%20b%3Fc%23d%26e'],
  ['50%', '50%25'],
  [7 as never, '7'],
])('sends %j as one encoded segment', async (userId, segment) => {
  await bkend.GET('/v1/users/{userId}', { params: { path: { userId } } })
  expect(sent.at(-1)).toBe(`GET http://api.test/base/v1/users/${segment}`)
})

test('checks parameters before a path serializer of the app', async () => {
  const upper = (template: string, { userId }: Record<string, unknown>) =>
    template.replace('{userId}', String(userId).toUpperCase())
  const client = createBkendClient({ ...connection, apiKey: 'sk_test', pathSerializer: upper })
  await client.GET('/v1/users/{userId}', { params: { path: { userId: 'u1' } } })
  expect(sent.at(-1)).toBe('GET http://api.test/base/v1/users/U1')
  await expect(client.GET('/v1/users/{userId}', { params: { path: { userId: '..' } } })).rejects.toThrow(
    TypeError,
  )
})
