import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/core/store.ts'
import type { Route } from '../../src/http/handlers.ts'
import { tableNames } from '../../src/storage/schema.ts'
import { openSqliteStore } from '../../src/storage/sqlite/store.ts'
import type { ServedName } from '../../src/variants/index.ts'
import { openSandbox } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'
import { variants } from '../support/variants.ts'

const routesOf = (name: ServedName): Route[] => Object.values(variants[name].routes)
const isUnsafe = (route: Route) => route.method === 'get' && route['x-safe'] === false

/** Query parameters that a handler with effects needs. */
const query = 'token=t&code=c&state=s&redirect=http://localhost:3000/'

/** Returns the number of rows of each table. */
async function countRows(store: Store) {
  const counts = tableNames.map(async (table) => [table, await store.count(table, {})])
  return Object.fromEntries(await Promise.all(counts))
}

describe.each([...servedNames])('%s', (name) => {
  const unsafe = routesOf(name).filter(isUnsafe)

  it('marks each GET that redirects or sets a cookie as not safe', () => {
    for (const route of routesOf(name).filter(({ method }) => method === 'get')) {
      const hasEffects = 302 in route.responses || JSON.stringify(route.responses).includes('Set-Cookie')
      if (hasEffects) expect([route.path, isUnsafe(route)]).toEqual([route.path, true])
    }
  })

  it.each(unsafe.map(({ path }) => path))('rejects HEAD %s without any effect', async (path) => {
    const store = openSqliteStore(':memory:')
    const { call } = await openSandbox(name, { store })
    const before = await countRows(store)
    const url = `${path.replace('{provider}', 'google')}?${query}`
    const { status, headers } = await call('HEAD', url)
    expect([status, headers.getSetCookie()]).toEqual([405, []])
    expect(headers.get('allow')).not.toContain('HEAD')
    expect(await countRows(store)).toEqual(before)
  })
})

it('finds operations whose GET is not safe', () => {
  expect(servedNames.flatMap(routesOf).filter(isUnsafe).length).toBeGreaterThan(0)
})

describe.each([
  ['bedrud', '/api/auth/google/login'],
  ['openfactory', '/api/auth/oauth/google'],
] as const)('an OAuth callback of %s', (name, start) => {
  it('accepts the GET request that follows a HEAD request', async () => {
    const { call, control, publicUrl } = await openSandbox(name)
    const redirect = await call('GET', start)
    const cookie = redirect.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const authorization = new URL(redirect.headers.get('location') ?? '')
    await call('GET', authorization.href.slice(publicUrl.length))
    const { redirectTo } = await control<{ redirectTo: string }>('oauth', {
      consent: authorization.searchParams.get('state'),
      decision: 'approve',
      account: 'robin.reed@example.com',
    })
    const callback = redirectTo.slice(publicUrl.length)
    expect((await call('HEAD', callback, undefined, { cookie })).status).toBe(405)
    expect((await call('GET', callback, undefined, { cookie })).status).toBeLessThan(400)
  })
})
