import { afterEach, describe, expect, test, vi } from 'vitest'
import type { BkendOptions } from '../../src/client/bkend.ts'
import { createBkendClient, memoryTokens, storageTokens, webLock } from '../../src/client/index.ts'
import { createSessionApi, credentials, gate } from './session-api.ts'

afterEach(() => vi.unstubAllGlobals())

/** Opens an app in two tabs, with two clients and a shared token store. */
const twoTabs = async (lock?: () => BkendOptions['lock']) => {
  const api = createSessionApi()
  const tokens = memoryTokens()
  const onSignedOut = vi.fn()
  const options = { baseUrl: 'http://api.test', apiKey: 'pk_test', fetch: api.fetch, tokens, onSignedOut }
  const openTab = () => {
    const shared = lock?.()
    return createBkendClient(shared ? { ...options, lock: shared } : options)
  }
  const tabs = [openTab(), openTab()] as const
  await tabs[0].POST('/v1/auth/email/signin', { body: credentials })
  api.expire()
  const load = () =>
    Promise.all(tabs.flatMap((tab) => [tab.GET('/v1/auth/me'), tab.GET('/v1/auth/me')])).then((results) =>
      results.map(({ response }) => response.status),
    )
  return { api, tokens, onSignedOut, load }
}

let locks = 0
const newLock = () => {
  const name = `tabs-${locks++}`
  return () => webLock(name)
}

describe('two tabs with shared tokens', () => {
  test('refreshes once for two tabs with a web lock', async () => {
    const { api, load } = await twoTabs(newLock())
    expect(await load()).toEqual([200, 200, 200, 200])
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
  })

  test('refreshes once per tab without a lock', async () => {
    const { api, load } = await twoTabs()
    await load()
    expect(api.countRequests('/v1/auth/refresh')).toBe(2)
  })

  test('keeps both tabs signed in without a lock if the rejected refresh ends last', async () => {
    const { api, load, onSignedOut } = await twoTabs()
    const won = gate()
    api.overrides['/v1/auth/refresh'] = async () => {
      if (api.countRequests('/v1/auth/refresh') === 1) {
        setImmediate(won.open)
        return undefined
      }
      await won.opened
      return undefined
    }
    expect(await load()).toEqual([200, 200, 200, 200])
    expect(onSignedOut).not.toHaveBeenCalled()
  })

  test('signs out once for two tabs if the refresh is rejected', async () => {
    const { api, load, tokens, onSignedOut } = await twoTabs(newLock())
    await tokens.set({ accessToken: 'expired', refreshToken: 'revoked' })
    expect(await load()).toEqual([401, 401, 401, 401])
    expect(api.countRequests('/v1/auth/refresh')).toBe(1)
    expect(await tokens.get()).toBeUndefined()
    expect(onSignedOut).toHaveBeenCalledOnce()
  })

  test('releases the lock if a refresh fails', async () => {
    const { api, load } = await twoTabs(newLock())
    api.overrides['/v1/auth/refresh'] = () => {
      if (api.countRequests('/v1/auth/refresh') === 1) throw new TypeError('fetch failed')
      return undefined
    }
    await expect(load()).rejects.toThrow('fetch failed')
    expect(await load()).toEqual([200, 200, 200, 200])
  })
})

test.each([
  ['no locks', {}],
  ['no navigator', undefined],
])('refreshes once per page in a runtime with %s', async (_name, navigator) => {
  vi.stubGlobal('navigator', navigator)
  const { api, load } = await twoTabs(newLock())
  expect(await load()).toContain(200)
  expect(api.countRequests('/v1/auth/refresh')).toBe(2)
})

describe('storageTokens', () => {
  /** Creates a minimal Web Storage, which holds only strings. */
  const createStorage = () => {
    const items = new Map<string, string>()
    return {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, String(value)),
      removeItem: (key: string) => void items.delete(key),
      items,
    }
  }

  test('keeps tokens in a web storage across pages until they are cleared', async () => {
    const storage = createStorage()
    await storageTokens(storage, 'bkend').set({ accessToken: 'a', refreshToken: 'r', session: 's' })
    expect([...storage.items.keys()]).toEqual(['bkend'])
    expect(await storageTokens(storage, 'bkend').get()).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      session: 's',
    })
    await storageTokens(storage, 'bkend').clear()
    expect(storage.items.size).toBe(0)
  })

  test.each(['', 'null', '{', '"text"', '[]', '{"accessToken":1}'])(
    'returns no tokens for the unreadable storage value %j',
    async (text) => {
      const storage = createStorage()
      storage.setItem('bkend', text)
      expect(await storageTokens(storage, 'bkend').get()).toBeUndefined()
    },
  )
})
