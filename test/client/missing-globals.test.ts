import { describe, expect, test, vi } from 'vitest'
import { storageTokens } from '../../src/client/index.ts'

const globals = [
  'Request',
  'Response',
  'Headers',
  'FormData',
  'fetch',
  'navigator',
  'AbortController',
  'DOMException',
]

test.each([...globals.map((name) => [name]), globals])(
  'imports the client, and creates clients and stores, without a global %s',
  async (...names) => {
    for (const name of names) vi.stubGlobal(name, undefined)
    vi.resetModules()
    const library = await import('../../src/client/index.ts')
    const connection = { baseUrl: '/api', tokens: library.memoryTokens(), lock: library.webLock('session') }
    library.createBkendClient({ ...connection, apiKey: 'pk_test' })
    library.createBedrudClient(connection)
    library.createBondmcpClient(connection)
    library.createOpenfactoryClient(connection)
  },
)

test('names the missing global when a call needs it', async () => {
  const { createBedrudClient } = await import('../../src/client/index.ts')
  const bedrud = createBedrudClient({ baseUrl: 'http://api.test', fetch: () => new Response() })
  vi.stubGlobal('Request', undefined)
  await expect(bedrud.GET('/api/auth/me')).rejects.toThrow(/Request/)
})

describe('storageTokens on a server', () => {
  test.each([
    ['an empty object, as in Node 25', {}],
    ['no storage', undefined],
  ])('counts as signed out, and refuses tokens, with %s', async (_name, storage) => {
    const tokens = storageTokens(storage as Storage | undefined, 'session')
    expect(await tokens.get()).toBeUndefined()
    await tokens.clear()
    expect(() => tokens.set({ accessToken: 'a' })).toThrow(
      'Tokens cannot be stored: the storage of storageTokens() is not a Web Storage.',
    )
  })
})
