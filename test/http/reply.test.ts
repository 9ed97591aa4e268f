import { createRoute, z } from '@hono/zod-openapi'
import { expect, it } from 'vitest'
import { checkHeaders } from '../../src/http/reply.ts'

const route = createRoute({
  method: 'get',
  path: '/',
  responses: {
    200: {
      description: 'Found.',
      headers: z.object({
        'Retry-After': z.preprocess((text) => Number(text), z.int().min(1)),
        'Set-Cookie': z.string(),
        'X-Left': z.string().optional(),
      }),
    },
    204: { description: 'Nothing.' },
  },
})
function check(headers: Record<string, string | number | string[]>) {
  const sent = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  )
  checkHeaders('wait', route, new Response('{}', { headers: sent }))
}

it('takes required headers in any case, as numbers and lists', () => {
  expect(() => check({ 'retry-after': 1, 'Set-Cookie': ['a=1', 'b=2'] })).not.toThrow()
})

it('names every header that is missing or malformed', () => {
  expect(() => check({ 'Retry-After': 0 })).toThrow(
    /^wait replied 200, with headers.*Retry-After.*Set-Cookie/s,
  )
})

it('asks for nothing where no headers are declared', () => {
  expect(() => checkHeaders('wait', route, new Response(null, { status: 204 }))).not.toThrow()
})
