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
const check = (headers: Record<string, string | number | string[]>, base = {}) =>
  checkHeaders({ operationId: 'wait', route }, { status: 200, headers }, base)

it('takes required headers in any case, as numbers and lists, and from what every answer gets', () => {
  expect(() => check({ 'retry-after': 1, 'Set-Cookie': ['a=1', 'b=2'] })).not.toThrow()
  expect(() => check({ 'set-cookie': 'a=1' }, { 'retry-after': '5' })).not.toThrow()
})

it('names every header that is missing or malformed', () => {
  expect(() => check({ 'Retry-After': 0 })).toThrow(
    /^wait replied 200, with headers.*Retry-After.*Set-Cookie/s,
  )
})

it('asks for nothing where no headers are declared', () => {
  expect(() => checkHeaders({ operationId: 'wait', route }, { status: 204 })).not.toThrow()
})
