import { expect, it, vi } from 'vitest'
import { openSandbox } from '../../support/sandbox.ts'

const mary = { email: 'mary@example.org', password: 'sunrise-over-water-4' }

it('reports the same X-RateLimit-Reset in all responses of a window', async () => {
  // Advances with each call, so two calls never see the same time.
  let now = Date.parse('2026-03-04T05:06:07.990Z')
  vi.spyOn(Date, 'now').mockImplementation(() => now++)
  const { call } = await openSandbox('bondmcp')
  const reset = async (...request: Parameters<typeof call>) =>
    Number((await call(...request)).headers.get('x-ratelimit-reset'))

  const minute = new Set<number>()
  for (let request = 0; request < 20; request++)
    minute.add(await reset('GET', '/mcp/auth/verify?token=unknown'))
  expect(minute.size).toBe(1)

  const { access_token } = await (await call('POST', '/mcp/auth/login', mary)).json()
  const headers = { authorization: `Bearer ${access_token}` }
  const day = new Set<number>()
  for (let request = 0; request < 10; request++)
    day.add(await reset('GET', '/mcp/health-ai/models', undefined, headers))
  expect([...day]).toEqual([Date.parse('2026-03-05T00:00:00Z') / 1000])
})
