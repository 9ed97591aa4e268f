import { describe, expect, it } from 'vitest'
import { isSlow } from '../support/slow.ts'
import { compareLatencies } from './latency.ts'
import { casesWith, openTestServer } from './test-server.ts'

const nobody = '731cc62e-22b2-485f-a4f0-3abb931714d0'
const corrupted = (key: string, at: number) =>
  key.slice(0, at) + (key[at] === '0' ? '1' : '0') + key.slice(at + 1)

describe.each(casesWith('keys'))('$name', (testCase) => {
  const { keys } = testCase.dialect
  const [scope = ''] = keys.scopes

  async function setUp() {
    const subject = await openTestServer(testCase)
    const { send, createAccount, getCurrentUser } = subject
    /** Somebody new with a place for keys. */
    const owner = async () => {
      const { access, email } = await createAccount()
      return { access, email, place: keys.keysPathIn(await send(getCurrentUser(access))) }
    }
    const create = (by: { access: string; place: string }, form: object = {}) =>
      send(keys.create(by.access, by.place, { name: 'CI', scopes: [scope], ...form }))
    const newKey = async (by: { access: string; place: string }, form: object = {}) => {
      const response = await create(by, form)
      expect(response.status).toBe(201)
      return keys.keyIn(response)
    }
    const use = async (key: string) => (await send(keys.use(key))).status
    /** 404 or 200: there was a key. */
    const works = async (key: string) => ![401, 403].includes(await use(key))
    return { ...subject, owner, create, newKey, use, works }
  }

  it('K01 makes keys that nobody can guess, shows each once, and keeps none', async () => {
    const { owner, newKey, send, dump, works } = await setUp()
    const ada = await owner()
    const made = []
    for (let index = 0; index < 5; index++) made.push((await newKey(ada, { name: `Key ${index}` })).key)
    expect(new Set(made).size).toBe(5)
    const [listed, stored] = [await send(keys.list(ada.access, ada.place)), await dump()]
    expect(listed.text).toContain('Key 4')
    for (const key of made) {
      expect(key).toMatch(keys.pattern)
      expect(await works(key)).toBe(true)
      const secret = key.slice(-40)
      expect(Buffer.from(secret, 'hex').length).toBeGreaterThanOrEqual(16)
      expect(listed.text).not.toContain(secret)
      expect(stored).not.toContain(secret)
    }
  })

  it('K01 tells nothing of how much of a key is right', async () => {
    const { owner, newKey, send } = await setUp()
    const { key } = await newKey(await owner())
    const first = key.length - 48
    const wrong = [corrupted(key, first), corrupted(key, key.length - 1), key.slice(0, -1), `${key}0`]
    const responses = []
    for (const candidate of wrong) responses.push(await send(keys.use(candidate)))
    expect(responses.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    expect(new Set(responses.map(({ text }) => text.replaceAll(/req_\w+/g, ''))).size).toBe(1)
  })

  if (isSlow)
    it('K01 takes as long for a key that is wrong in the end as for one wrong in the beginning', async () => {
      const { owner, newKey, send } = await setUp()
      const { key } = await newKey(await owner())
      const refused = (at: number) => () => send(keys.use(corrupted(key, at)))
      const found = await compareLatencies(refused(key.length - 48), refused(key.length - 1), 1_000)
      expect(found.auc).toBeGreaterThan(0.4)
      expect(found.auc).toBeLessThan(0.6)
      expect(found.gap).toBeLessThan(0.2)
    })

  it('K02 lets a key do what its scopes say, and never make, list or delete keys', async () => {
    const { owner, newKey, use, works, send } = await setUp()
    const ada = await owner()
    const all = await newKey(ada, { scopes: keys.scopes })
    const other = await newKey(ada, { scopes: keys.scopes.slice(1) })
    expect(await works(all.key)).toBe(true)
    expect(await use(other.key)).toBe(403)
    for (const attempt of [
      keys.create(all.key, ada.place, { name: 'Child', scopes: [scope] }),
      keys.list(all.key, ada.place),
      keys.revoke(all.key, ada.place, other.id),
    ])
      expect((await send(attempt)).status).toBe(403)
  })

  it.each([['*'], ['root'], [''], [7], ['__proto__']])('K02 gives no key the scope %j', async (wanted) => {
    const { owner, create, store } = await setUp()
    const ada = await owner()
    const before = await store.count('apiKeys', {})
    expect([400, 403, 422]).toContain((await create(ada, { scopes: [scope, wanted] })).status)
    expect(await store.count('apiKeys', {})).toBe(before)
  })

  it('K02 ends a key with its revocation, on every server of the store', async () => {
    const { owner, newKey, works, send, use, store } = await setUp()
    const twin = await openTestServer({
      ...testCase,
      engine: async () => ({ ...store, close: async () => {} }),
    })
    const ada = await owner()
    const { id, key } = await newKey(ada)
    expect([await works(key), (await twin.send(keys.use(key))).status === 401]).toEqual([true, false])
    expect((await send(keys.revoke(ada.access, ada.place, id))).status).toBeLessThan(300)
    expect([await use(key), (await twin.send(keys.use(key))).status]).toEqual([401, 401])
  })

  it('K02 ends a key with its owner', async () => {
    const { owner, newKey, works, use, change } = await setUp()
    const ada = await owner()
    const { key } = await newKey(ada)
    expect(await works(key)).toBe(true)
    await change(ada.email, { status: 'disabled' })
    expect(await use(key)).toBe(401)
  })

  it('K03 shows and opens the keys of nobody else, as if there were none', async () => {
    const { owner, newKey, works, send } = await setUp()
    const [ada, mallory] = [await owner(), await owner()]
    const { id, key } = await newKey(ada, { name: 'Secret of Ada' })
    expect((await send(keys.list(mallory.access, mallory.place))).text).not.toContain('Secret of Ada')
    const told = ({ status, text }: { status: number; text: string }) => [
      status,
      text.replaceAll(/req_\w+/g, ''),
    ]
    const [theirs, none] = [
      await send(keys.revoke(mallory.access, mallory.place, id)),
      await send(keys.revoke(mallory.access, mallory.place, id.startsWith('key_') ? 'key_000000' : nobody)),
    ]
    expect([theirs.status, told(theirs)]).toEqual([404, told(none)])
    if (ada.place) {
      const nowhere = ada.place.replace(/[0-9a-f-]{36}/, nobody)
      const form = { name: 'Mine now', scopes: [scope] }
      for (const attempt of [
        (place: string) => keys.list(mallory.access, place),
        (place: string) => keys.create(mallory.access, place, form),
        (place: string) => keys.revoke(mallory.access, place, id),
      ]) {
        const response = await send(attempt(ada.place))
        expect([403, 404]).toContain(response.status)
        expect(told(response)).toEqual(told(await send(attempt(nowhere))))
      }
    }
    expect(await works(key)).toBe(true)
  })

  it('K04 makes keys for who asks, whatever the body says', async () => {
    const { owner, newKey, send, store } = await setUp()
    const [ada, mallory] = [await owner(), await owner()]
    const victim = await store.find('users', { email: ada.email })
    const greedy = {
      ...{ userId: victim?.id, user_id: victim?.id, ownerId: victim?.id, id: nobody },
      ...{ organizationId: ada.place.split('/')[3] ?? nobody, kind: 'secret', realm: 'elsewhere' },
    }
    const { id } = await newKey(mallory, greedy)
    const row = await store.find('apiKeys', { id })
    const plain = await store.find('apiKeys', { id: (await newKey(mallory)).id })
    expect(row?.userId).toBe((await store.find('users', { email: mallory.email }))?.id)
    for (const name of ['userId', 'organizationId', 'projectId', 'kind', 'realm', 'scopes'] as const)
      expect([name, row?.[name]]).toEqual([name, plain?.[name]])
    expect(id).not.toBe(nobody)
    const anonymous = { ...keys.create('', mallory.place, { name: 'CI', scopes: [scope], ...greedy }) }
    const before = await store.count('apiKeys', {})
    expect((await send({ ...anonymous, headers: {} })).status).toBe(401)
    expect(await store.count('apiKeys', {})).toBe(before)
  })
})
