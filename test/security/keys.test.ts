import { describe, expect, it } from 'vitest'
import { corrupted } from './corrupted-key.ts'
import { areBearerTokens, casesWith, openTestServer } from './test-server.ts'

const unknownId = '731cc62e-22b2-485f-a4f0-3abb931714d0'

describe.each(casesWith('keys'))('$name', (testCase) => {
  const { keys } = testCase.adapter
  const [scope = ''] = keys.scopes

  async function setUp() {
    const subject = await openTestServer(testCase)
    const { send, createAccount, getCurrentUser } = subject
    /** Creates a user who can manage keys. */
    const owner = async () => {
      const { access, email } = await createAccount()
      return { access, email, keysPath: keys.keysPathIn(await send(getCurrentUser(access))) }
    }
    const create = (by: { access: string; keysPath: string }, form: object = {}) =>
      send(keys.create(by.access, by.keysPath, { name: 'CI', scopes: [scope], ...form }))
    const newKey = async (by: { access: string; keysPath: string }, form: object = {}) => {
      const response = await create(by, form)
      expect(response.status).toBe(201)
      return keys.keyIn(response)
    }
    const use = async (key: string) => (await send(keys.use(key))).status
    /** Tells whether a key is accepted, also if the requested object is missing (404). */
    const works = async (key: string) => ![401, 403].includes(await use(key))
    return { ...subject, owner, create, newKey, use, works }
  }

  it('K01 creates random keys, returns each once, and stores none', async () => {
    const { owner, newKey, send, dump, works } = await setUp()
    const ada = await owner()
    const created = []
    for (let index = 0; index < 5; index++) created.push((await newKey(ada, { name: `Key ${index}` })).key)
    expect(new Set(created).size).toBe(5)
    const [listed, stored] = [await send(keys.list(ada.access, ada.keysPath)), await dump()]
    expect(listed.text).toContain('Key 4')
    for (const key of created) {
      expect(key).toMatch(keys.pattern)
      expect(await works(key)).toBe(true)
      const secret = key.slice(-40)
      expect(Buffer.from(secret, 'hex').length).toBeGreaterThanOrEqual(16)
      expect(listed.text).not.toContain(secret)
      expect(stored).not.toContain(secret)
    }
  })

  it('K01 returns the same response for any wrong key', async () => {
    const { owner, newKey, send } = await setUp()
    const { key } = await newKey(await owner())
    const first = key.length - 48
    const wrong = [corrupted(key, first), corrupted(key, key.length - 1), key.slice(0, -1), `${key}0`]
    const responses = []
    for (const candidate of wrong) responses.push(await send(keys.use(candidate)))
    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    expect(new Set(responses.map(({ text }) => text.replaceAll(/req_\w+/g, ''))).size).toBe(1)
  })

  it('K02 enforces scopes and rejects keys that manage keys', async () => {
    const { owner, newKey, use, works, send } = await setUp()
    const ada = await owner()
    const all = await newKey(ada, { scopes: keys.scopes })
    const other = await newKey(ada, { scopes: keys.scopes.slice(1) })
    expect(await works(all.key)).toBe(true)
    expect(await use(other.key)).toBe(403)
    for (const attempt of [
      keys.create(all.key, ada.keysPath, { name: 'Child', scopes: [scope] }),
      keys.list(all.key, ada.keysPath),
      keys.revoke(all.key, ada.keysPath, other.id),
    ])
      expect((await send(attempt)).status).toBe(areBearerTokens(keys) ? 403 : 401)
  })

  it.each([['*'], ['root'], [''], [7], ['__proto__']])(
    'K02 rejects a new key with the scope %j',
    async (wanted) => {
      const { owner, create, store } = await setUp()
      const ada = await owner()
      const before = await store.count('apiKeys', {})
      expect([400, 403, 422]).toContain((await create(ada, { scopes: [scope, wanted] })).status)
      expect(await store.count('apiKeys', {})).toBe(before)
    },
  )

  it('K02 rejects a revoked key immediately on all servers of the store', async () => {
    const { owner, newKey, works, send, use, store } = await setUp()
    const twin = await openTestServer({
      ...testCase,
      engine: async () => ({ ...store, close: async () => {} }),
    })
    const ada = await owner()
    const { id, key } = await newKey(ada)
    expect([await works(key), (await twin.send(keys.use(key))).status === 401]).toEqual([true, false])
    expect((await send(keys.revoke(ada.access, ada.keysPath, id))).status).toBeLessThan(300)
    expect([await use(key), (await twin.send(keys.use(key))).status]).toEqual([401, 401])
  })

  it('K02 rejects the key of a disabled owner', async () => {
    const { owner, newKey, works, use, change } = await setUp()
    const ada = await owner()
    const { key } = await newKey(ada)
    expect(await works(key)).toBe(true)
    await change(ada.email, { status: 'disabled' })
    expect(await use(key)).toBe(401)
  })

  it('K03 treats the keys of other users as missing', async () => {
    const { owner, newKey, works, send } = await setUp()
    const [ada, mallory] = [await owner(), await owner()]
    const { id, key } = await newKey(ada, { name: 'Secret of Ada' })
    expect((await send(keys.list(mallory.access, mallory.keysPath))).text).not.toContain('Secret of Ada')
    const statusAndText = ({ status, text }: { status: number; text: string }) => [
      status,
      text.replaceAll(/req_\w+/g, ''),
    ]
    const [foreign, missing] = [
      await send(keys.revoke(mallory.access, mallory.keysPath, id)),
      await send(
        keys.revoke(mallory.access, mallory.keysPath, id.startsWith('key_') ? 'key_000000' : unknownId),
      ),
    ]
    expect([foreign.status, statusAndText(foreign)]).toEqual([404, statusAndText(missing)])
    if (ada.keysPath) {
      const nowhere = ada.keysPath.replace(/[0-9a-f-]{36}/, unknownId)
      const form = { name: 'Mine now', scopes: [scope] }
      for (const attempt of [
        (keysPath: string) => keys.list(mallory.access, keysPath),
        (keysPath: string) => keys.create(mallory.access, keysPath, form),
        (keysPath: string) => keys.revoke(mallory.access, keysPath, id),
      ]) {
        const response = await send(attempt(ada.keysPath))
        expect([403, 404]).toContain(response.status)
        expect(statusAndText(response)).toEqual(statusAndText(await send(attempt(nowhere))))
      }
    }
    expect(await works(key)).toBe(true)
  })

  it('K04 takes the owner of a key from the session, never from the body', async () => {
    const { owner, newKey, send, store } = await setUp()
    const [ada, mallory] = [await owner(), await owner()]
    const victim = await store.find('users', { email: ada.email })
    const privileged = {
      ...{ userId: victim?.id, user_id: victim?.id, ownerId: victim?.id, id: unknownId },
      ...{ organizationId: ada.keysPath.split('/')[3] ?? unknownId, kind: 'secret', realm: 'elsewhere' },
    }
    const { id } = await newKey(mallory, privileged)
    const row = await store.find('apiKeys', { id })
    const plain = await store.find('apiKeys', { id: (await newKey(mallory)).id })
    expect(row?.userId).toBe((await store.find('users', { email: mallory.email }))?.id)
    for (const name of ['userId', 'organizationId', 'projectId', 'kind', 'realm', 'scopes'] as const)
      expect([name, row?.[name]]).toEqual([name, plain?.[name]])
    expect(id).not.toBe(unknownId)
    const anonymous = { ...keys.create('', mallory.keysPath, { name: 'CI', scopes: [scope], ...privileged }) }
    const before = await store.count('apiKeys', {})
    expect((await send({ ...anonymous, headers: {} })).status).toBe(401)
    expect(await store.count('apiKeys', {})).toBe(before)
  })
})
