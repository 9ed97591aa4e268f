import { describe, expect, it } from 'vitest'
import type { ResponseData } from '../../src/conformance/exchange.ts'
import { casesWith, openTestServer } from './test-server.ts'

/** Only bkend has public profiles, avatars and project keys. */
const withProfiles = casesWith('profile').filter(({ adapter }) => adapter.name === 'bkend')

const hana = { email: 'hana@example.com', password: 'quiet-orchard-77' }
const otherId = '3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10'
const unknownId = '00000000-0000-4000-8000-000000000000'
const key = (kind: string, digits: string) => ({ 'x-api-key': `${kind}_${digits.repeat(4)}` })
const publishable = key('pk', '0123456789abcdef')
const secret = key('sk', 'fedcba9876543210')
const otherEnvironment = {
  'x-api-key': 'pk_89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567',
}
const revoked = { 'x-api-key': `pk_${'dead0000beef0000'.repeat(4)}` }
const expired = { 'x-api-key': 'pk_2025000000002025202500000000202520250000000020252025000000002025' }
const picture = 'GIF89a and so on'

describe.each(withProfiles)('$name', (testCase) => {
  async function setUp() {
    const subject = await openTestServer(testCase)
    const { send, getCurrentUser, createAccount } = subject
    const account = await createAccount()
    const { id } = (await send(getCurrentUser(account.access))).body as { id: string }
    const request = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      send({ method, path, body, headers })
    const mine = { ...publishable, authorization: `Bearer ${account.access}` }
    const users = (method: string, path: string, body?: unknown, headers: Record<string, string> = mine) =>
      request(method, `/v1/users/${path}`, body, headers)
    const put = (url: string, body: string, type = 'image/gif') => {
      const { pathname, search } = new URL(url)
      return request('PUT', pathname + search, body, { 'content-type': type })
    }
    const upload = (contentType: unknown = 'image/gif', userId = id, filename = 'a.gif') =>
      users('POST', `${userId}/avatar/upload-url`, { filename, contentType })
    return { ...subject, id, account, mine, users, put, upload }
  }
  const statusAndText = ({ status, text }: ResponseData) => [status, text]

  it('K05 returns only public fields of other users', async () => {
    const { users, id, account } = await setUp()
    const [own, other] = [await users('GET', id), await users('GET', otherId)]
    expect(own.body).toMatchObject({ id, email: account.email })
    expect(Object.keys(other.body).sort()).toEqual(['createdAt', 'id', 'image', 'name', 'nickname'])
    for (const { text } of [own, other]) expect(text).not.toMatch(/argon2|passwordHash|totp|realm|subject/i)
  })

  it('K05 returns the same response for hidden and missing users', async () => {
    const { users, settings, id } = await setUp()
    await settings({ publicProfiles: false })
    const [hidden, missing] = [await users('GET', otherId), await users('GET', unknownId)]
    expect(statusAndText(hidden)).toEqual(statusAndText(missing))
    expect([hidden.status, (await users('GET', id)).status]).toEqual([403, 200])
  })

  it('K05 rejects changes of other users without revealing whether they exist', async () => {
    const { users, store, signInAs } = await setUp()
    const before = await store.find('users', { id: otherId })
    for (const change of [{ name: 'Mallory' }, { bio: '', role: 'admin' }]) {
      const [foreign, missing] = [
        await users('PATCH', otherId, change),
        await users('PATCH', unknownId, change),
      ]
      expect([foreign.status, statusAndText(foreign)]).toEqual([403, statusAndText(missing)])
    }
    for (const path of ['me%2f..', '..%2f..', '1', '-1', `${otherId}%00`, `${otherId.toUpperCase()}`])
      expect([path, (await users('PATCH', path, { name: 'Mallory' })).status]).toEqual([
        path,
        expect.toSatisfy((status: number) => [400, 403, 404].includes(status)),
      ])
    expect(await store.find('users', { id: otherId })).toEqual(before)
    const { access } = await signInAs(hana)
    const admin = { ...publishable, authorization: `Bearer ${access}` }
    expect((await users('PATCH', otherId, { nickname: 'minnie' }, admin)).status).toBe(200)
  })

  it('K01 stores no project keys', async () => {
    const { dump } = await setUp()
    const stored = await dump()
    for (const key of [publishable, secret, otherEnvironment, revoked])
      expect(stored).not.toContain(key['x-api-key'].slice(20))
  })

  it('K02 rejects publishable keys without a user, and wrong, revoked and expired keys', async () => {
    const { users, send, signIn, seeded } = await setUp()
    const sent = signIn(seeded.withPassword)
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { name: 'Mallory' }],
    ] as const)
      expect((await users(method, otherId, body, publishable)).status).toBe(401)
    const value = secret['x-api-key']
    const wrong = [
      revoked,
      expired,
      { 'x-api-key': `${value.slice(0, -1)}1` },
      { 'x-api-key': `sk_0${value.slice(4)}` },
      { 'x-api-key': value.replace('sk_', 'pk_') },
      { 'x-api-key': value.toUpperCase() },
      { 'x-api-key': '' },
    ]
    for (const headers of wrong) {
      expect([headers, (await users('GET', otherId, undefined, headers)).status]).toEqual([headers, 401])
      expect([headers, (await send({ ...sent, headers })).status]).toEqual([headers, 401])
    }
    expect((await users('GET', otherId, undefined, secret)).body).toMatchObject({ id: otherId })
  })

  it('K03 rejects the users of one environment with a key of another', async () => {
    const { users, mine } = await setUp()
    expect((await users('GET', otherId, undefined, { ...mine, ...otherEnvironment })).status).toBe(403)
  })

  it('J05 rejects sign-in to another environment', async () => {
    const { send, signIn, account, seeded } = await setUp()
    for (const person of [account, seeded.withPassword])
      expect((await send({ ...signIn(person), headers: otherEnvironment })).status).toBe(401)
  })

  it('I06 chooses the storage key of an avatar, in the folder of the user', async () => {
    const { upload, users, id } = await setUp()
    for (const filename of ['../x.gif', '/etc/passwd', `../${otherId}/x.gif`, 'x.svg', 'x.html']) {
      const { status, body } = await upload('image/gif', id, filename)
      if (status !== 200) expect([filename, status]).toEqual([filename, 400])
      else expect(body.key).toMatch(new RegExp(`^avatars/${id}/[0-9a-f]{32}\\.gif$`))
    }
    const first = (await upload()).body
    expect((await upload()).body.key).not.toBe(first.key)
    const remainingMs = Date.parse(first.expiresAt) - Date.now()
    expect(remainingMs).toBeGreaterThan(0)
    expect(remainingMs).toBeLessThanOrEqual(15 * 60_000)
    for (const s3Key of ['../x.png', `avatars/${id}/../${otherId}/x.gif`, 'avatars/x.gif', first.key])
      expect([s3Key, (await users('PATCH', `${id}/avatar`, { s3Key })).status]).toEqual([s3Key, 400])
  })

  it('I06 rejects uploads for other users and uploads of other users', async () => {
    const { upload, users, put, signInAs, id } = await setUp()
    for (const userId of [otherId, unknownId]) expect((await upload('image/gif', userId)).status).toBe(403)
    const { access } = await signInAs(testCase.adapter.seeded.withPassword)
    const minas = { ...publishable, authorization: `Bearer ${access}` }
    const file = { filename: 'a.gif', contentType: 'image/gif' }
    const foreign = (await users('POST', `${otherId}/avatar/upload-url`, file, minas)).body
    expect((await put(foreign.url, picture)).status).toBe(200)
    expect((await users('PATCH', `${id}/avatar`, { s3Key: foreign.key })).status).toBe(400)
    expect((await users('PATCH', `${otherId}/avatar`, { s3Key: foreign.key })).status).toBe(403)
    expect((await users('PATCH', `${otherId}/avatar`, { s3Key: foreign.key }, minas)).status).toBe(200)
  })

  it.each(['image/svg+xml', 'text/html', 'application/octet-stream', 'image/gif; x=1', '', null])(
    'I06 rejects %j as the type of an avatar',
    async (type) => {
      const { upload, put } = await setUp()
      expect((await upload(type)).status).toBe(400)
      const { url } = (await upload()).body
      expect((await put(url, picture, type ?? 'image/png')).status).toBe(415)
    },
  )

  it('I06 accepts one valid file per upload URL until it expires', async () => {
    const { upload, put, users, id, advance } = await setUp()
    const big = (await upload()).body
    expect((await put(big.url, picture.padEnd(5 * 1024 * 1024 + 1))).status).toBe(413)
    expect((await users('PATCH', `${id}/avatar`, { s3Key: big.key })).status).toBe(400)
    const fake = (await upload()).body
    expect((await put(fake.url, '<svg onload="alert(1)">')).status).toBe(200)
    expect((await users('PATCH', `${id}/avatar`, { s3Key: fake.key })).status).toBe(400)
    const [good, late] = [(await upload()).body, (await upload()).body]
    expect((await put(good.url.replace(good.key, late.key), picture)).status).toBe(403)
    expect([(await put(good.url, picture)).status, (await put(good.url, picture)).status]).toEqual([200, 409])
    expect((await users('PATCH', `${id}/avatar`, { s3Key: good.key })).status).toBe(200)
    await advance(15 * 60 + 1)
    expect((await put(late.url, picture)).status).toBe(403)
  })
})
