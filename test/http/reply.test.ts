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
    [value].flat().map((entry): [string, string] => [name, String(entry)]),
  )
  checkHeaders('wait', route, new Response('{}', { headers: sent }))
}

it('accepts required headers in any case, as numbers and as lists', () => {
  expect(() => check({ 'retry-after': 1, 'Set-Cookie': ['a=1', 'b=2'] })).not.toThrow()
})

it('reports every missing or malformed header', () => {
  expect(() => check({ 'Retry-After': 0 })).toThrow(
    /^wait replied 200, with headers.*Retry-After.*Set-Cookie/s,
  )
})

it('requires nothing if no headers are declared', () => {
  expect(() => checkHeaders('wait', route, new Response(null, { status: 204 }))).not.toThrow()
})
