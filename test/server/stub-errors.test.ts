import { createRoute, z } from '@hono/zod-openapi'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createStub } from '../../src/server/stub.ts'

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

describe('the errors of a stub', () => {
  /** Returns the response of a stub without handlers whose operation declares an error of the given form. */
  const notImplemented = async (error: z.ZodType | undefined, type = 'application/json') => {
    const read = createRoute({
      method: 'get',
      path: '/me',
      operationId: 'read',
      responses: {
        200: { description: 'Success' },
        ...(error && { '4XX': { description: 'Error', content: { [type]: { schema: error } } } }),
      },
    })
    const response = await (await createStub({ routes: { read } })).request('/me')
    return [response.status, response.headers.get('content-type'), await response.json()]
  }
  const message = 'read is not implemented yet'
  const text = z.string()

  it.each<[z.ZodType, object]>([
    [z.object({ error: text }), { error: message }],
    [z.object({ message: text }), { message }],
    [z.object({ code: text, message: text }), { code: 'not_implemented', message }],
    [z.object({ code: z.int(), msg: text }), { code: 501, msg: message }],
    [
      z.object({ error: z.object({ code: text, message: text }) }),
      { error: { code: 'not_implemented', message } },
    ],
    [
      z.object({
        error: z.object({ id: text.optional(), message: text, status: text.optional(), code: z.int() }),
      }),
      { error: { code: 501, status: 'not_implemented', message } },
    ],
    [
      z.object({ errors: z.array(z.object({ code: text, message: text, meta: z.unknown().optional() })) }),
      { errors: [{ code: 'not_implemented', message }] },
    ],
    [
      z.object({ error: text, error_description: text.optional() }),
      { error: 'not_implemented', error_description: message },
    ],
  ])('responds with errors in the form of the declared ones (%#)', async (schema, body) => {
    expect(await notImplemented(schema)).toEqual([501, 'application/json', body])
  })

  it.each([
    ['declares no error', undefined],
    ['declares errors of an uncommon form', z.object({ incident: z.string(), support: z.url() })],
    ['declares errors without fields', z.object({})],
    ['declares errors with any fields', z.record(text, z.unknown())],
  ])('responds with problem details (RFC 9457) if the contract %s', async (_, schema) => {
    expect(await notImplemented(schema)).toEqual([
      501,
      'application/problem+json',
      { type: 'about:blank', title: 'not implemented', status: 501, detail: message },
    ])
  })

  it('responds with errors in the form that the operation declares for the status', async () => {
    const json = (schema: z.ZodType, type = 'application/json') => ({
      description: 'Failed',
      content: { [type]: { schema } },
    })
    const common = json(z.object({ message: text }))
    const oauth = json(z.object({ error: text, error_description: text.optional() }))
    const problem = json(z.object({ title: text, status: z.number() }), 'application/problem+json')
    const request = { query: z.object({ page: text }) }
    const routeOf = (operationId: string, responses: Parameters<typeof createRoute>[0]['responses']) =>
      createRoute({ method: 'get', path: `/${operationId}`, operationId, request, responses })
    const routes = {
      users: routeOf('users', { 422: common, 501: common }),
      token: routeOf('token', { '4XX': oauth, 501: common }),
      audit: routeOf('audit', { default: problem }),
    }
    const handler = async () => ({ status: 204 }) as never
    const stub = await createStub({ routes }, { users: handler, token: handler })
    const answerTo = async (path: string) => {
      const response = await stub.request(path)
      return [response.status, response.headers.get('content-type'), Object.keys(await response.json())]
    }
    expect(await answerTo('/users')).toEqual([422, 'application/json', ['message']])
    expect(await answerTo('/token')).toEqual([422, 'application/json', ['error', 'error_description']])
    expect(await answerTo('/audit')).toEqual([
      ...[501, 'application/problem+json'],
      ['type', 'title', 'status', 'detail'],
    ])
  })
})
