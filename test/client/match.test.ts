import { describe, expect, test } from 'vitest'
import { createBkendClient, match } from '../../src/client/index.ts'

const callWith = (status: number, body: BodyInit | null) =>
  createBkendClient({
    baseUrl: 'http://api.test',
    apiKey: 'pk_test',
    fetch: async () => new Response(body, { status }),
  }).GET('/v1/auth/me')

const handlers = {
  200: (body: unknown) => ['200', body],
  401: (body: unknown) => ['401', body],
  otherwise: (body: unknown, response: Response) => ['otherwise', body, response.status],
}

describe('match', () => {
  test('calls the handler of the status with the body, and returns its result', async () => {
    expect(match(await callWith(200, '{"id":"u1"}'), handlers)).toEqual(['200', { id: 'u1' }])
    expect(match(await callWith(401, '{"success":false}'), handlers)).toEqual(['401', { success: false }])
  })

  test('passes all other statuses to the otherwise handler, with the response', async () => {
    expect(match(await callWith(502, '<h1>Bad gateway</h1>'), handlers)).toEqual([
      'otherwise',
      '<h1>Bad gateway</h1>',
      502,
    ])
    expect(match(await callWith(500, ''), handlers)).toEqual(['otherwise', undefined, 500])
  })

  test('throws on an undeclared status if there is no otherwise handler', async () => {
    const result = await callWith(502, '<h1>Bad gateway</h1>')
    const declared = {
      ...handlers,
      403: () => 0,
      404: () => 0,
      413: () => 0,
      429: () => 0,
      500: () => 0,
      503: () => 0,
    }
    const { otherwise: _, ...exhaustive } = declared
    expect(() => match(result as never, exhaustive as never)).toThrow(
      'responded with 502, which the contract does not declare for this operation. Add an "otherwise" handler to match().',
    )
  })
})
