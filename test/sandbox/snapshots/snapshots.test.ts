import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreUnavailableError } from '../../../src/core/store.ts'
import { createMemoryStore } from '../../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts'
import { fakeApi } from '../../server/fake.ts'
import { borrowTestStore } from '../../support/postgres-schema.ts'
import { openSandbox, type TestSandbox, type TestSettings } from '../../support/sandbox.ts'

const key = { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` }
const open = (settings: TestSettings = {}) => openSandbox('bkend', settings)

interface Snapshot {
  name: string
  createdAt: string
  offsetSeconds: number
  counts: { users: number; sessions: number; mails: number; files: number }
}

const snapshotPath = (name: string) => `/__dev/snapshots/${name}`
async function save(sandbox: TestSandbox, name = 'before'): Promise<Snapshot> {
  const response = await sandbox.call('PUT', snapshotPath(name))
  expect(response.status).toBe(200)
  return response.json()
}
const restore = async (sandbox: TestSandbox, name = 'before') =>
  (await sandbox.call('POST', `${snapshotPath(name)}/restore`)).status
const list = async (sandbox: TestSandbox) =>
  (await sandbox.control<{ snapshots: Snapshot[] }>('snapshots')).snapshots
const errorOf = async (response: Response) => [response.status, (await response.json()).error]

const signUp = (sandbox: TestSandbox, email: string) =>
  sandbox.call(
    'POST',
    '/v1/auth/email/signup',
    { method: 'password', email, password: 'a-fine-passphrase', name: 'New' },
    key,
  )
async function signIn(sandbox: TestSandbox) {
  const credentials = { method: 'password', email: 'user@example.com', password: 'password123' }
  const response = await sandbox.call('POST', '/v1/auth/email/signin', credentials, key)
  return (await response.json()) as { accessToken: string; refreshToken: string }
}
const me = async (sandbox: TestSandbox, token: string) =>
  (await sandbox.call('GET', '/v1/auth/me', undefined, { ...key, authorization: `Bearer ${token}` })).status
const mailsOf = async (sandbox: TestSandbox) =>
  (await sandbox.control<{ mails: { tokens: string[] }[] }>('inbox')).mails
const nowOf = async (sandbox: TestSandbox) =>
  Date.parse((await sandbox.control<{ now: string }>('clock', { advanceSeconds: 0 })).now)

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshots-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

describe.each([
  ['sqlite', async () => openSqliteStore(':memory:')],
  ['memory', async () => createMemoryStore()],
  ['postgres', borrowTestStore],
])('a snapshot on %s', (_, openStore) => {
  it('restores users, mails, settings and the clock as they were', async () => {
    const sandbox = await open({ store: await openStore() })
    await signUp(sandbox, 'early@example.com')
    await sandbox.control('settings', { passwords: { minLength: 12 }, providers: { google: 'failing' } })
    await sandbox.control('clock', { advanceSeconds: 7200 })
    const [settings, mails] = [await sandbox.control('settings', {}), await mailsOf(sandbox)]
    const saved = await save(sandbox)
    expect(saved).toMatchObject({ name: 'before', offsetSeconds: 7200, counts: { mails: mails.length } })

    await signUp(sandbox, 'late@example.com')
    await sandbox.control('settings', {
      passwords: { minLength: 6 },
      users: [{ user: 'early@example.com', status: 'deleted' }],
    })
    await sandbox.control('clock', { advanceSeconds: -100_000 })
    await sandbox.control('faults', { operationId: 'signIn', status: 503 })

    expect(await restore(sandbox)).toBe(204)
    expect(await sandbox.control('settings', {})).toEqual(settings)
    expect(await mailsOf(sandbox)).toEqual(mails)
    expect(Math.abs((await nowOf(sandbox)) - Date.now() - 7_200_000)).toBeLessThan(60_000)
    expect(await sandbox.control('faults', { operationId: 'signIn', times: 0 })).toEqual({ faults: [] })
    expect((await signUp(sandbox, 'early@example.com')).status).toBe(409)
    expect((await signUp(sandbox, 'late@example.com')).status).toBe(201)
  })

  it('accepts tokens and links that were issued before it, and no later ones', async () => {
    const sandbox = await open({ store: await openStore() })
    const before = await signIn(sandbox)
    await sandbox.call('POST', '/v1/auth/password/reset/request', { email: 'user@example.com' }, key)
    const resetToken = (await mailsOf(sandbox)).at(-1)?.tokens[0]
    await save(sandbox)
    const reset = () =>
      sandbox.call(
        'POST',
        '/v1/auth/password/reset/confirm',
        { email: 'user@example.com', token: resetToken, newPassword: 'another-passphrase' },
        key,
      )
    const refresh = ({ refreshToken }: { refreshToken: string }) =>
      sandbox.call('POST', '/v1/auth/refresh', { refreshToken }, key)
    expect((await refresh(before)).status).toBe(200)
    expect((await reset()).status).toBe(200)
    await restore(sandbox)
    const after = await signIn(sandbox)
    await restore(sandbox)
    expect([await me(sandbox, before.accessToken), await me(sandbox, after.accessToken)]).toEqual([200, 401])
    expect((await refresh(before)).status).toBe(200)
    expect((await reset()).status).toBe(200)
  })

  it('discards the writes of requests that were in flight at the restore', async () => {
    const sandbox = await open({ store: await openStore() })
    await sandbox.control('settings', { rateLimits: false })
    await save(sandbox)
    const inFlight = Array.from({ length: 3 }, (_, index) => signUp(sandbox, `late${index}@example.com`))
    expect(await Promise.all([restore(sandbox), restore(sandbox)])).toEqual([204, 204])
    await Promise.all(inFlight)
    for (let index = 0; index < 3; index++)
      expect((await signUp(sandbox, `late${index}@example.com`)).status).toBe(201)
  })
})

describe('snapshots', () => {
  it('lists snapshots oldest first, replaces them by name, and deletes them', async () => {
    const sandbox = await open()
    expect(await list(sandbox)).toEqual([])
    const [first, second] = [await save(sandbox, 'first'), await save(sandbox, 'second')]
    expect(await list(sandbox)).toEqual([first, second])
    await signUp(sandbox, 'new@example.com')
    const replaced = await save(sandbox, 'first')
    expect(replaced.counts.users).toBe(first.counts.users + 1)
    expect(await list(sandbox)).toEqual([second, replaced])
    expect((await sandbox.call('DELETE', snapshotPath('second'))).status).toBe(204)
    expect(await list(sandbox)).toEqual([replaced])
    expect(await errorOf(await sandbox.call('DELETE', snapshotPath('second')))).toEqual([
      404,
      { code: 'notFound', message: 'Unknown snapshot second' },
    ])
  })

  it('keeps snapshots at a reset', async () => {
    const sandbox = await open()
    await signUp(sandbox, 'new@example.com')
    await save(sandbox)
    await sandbox.call('POST', '/__dev/reset')
    expect(await restore(sandbox)).toBe(204)
    expect((await signUp(sandbox, 'new@example.com')).status).toBe(409)
  })

  it('starts the rate limits again at a restore', async () => {
    const sandbox = await open()
    await sandbox.control('settings', { limits: { signUp: { max: 1, windowSeconds: 3600 } } })
    await save(sandbox)
    await signUp(sandbox, 'a@example.com')
    expect((await signUp(sandbox, 'b@example.com')).status).toBe(429)
    await restore(sandbox)
    expect((await signUp(sandbox, 'b@example.com')).status).toBe(201)
  })

  it.each(['../outside', 'a b', 'a'.repeat(65), 'ü'])('rejects the name %j', async (name) => {
    const sandbox = await open(fakeApi)
    const path = snapshotPath(encodeURIComponent(name))
    const calls = [
      ['PUT', path],
      ['DELETE', path],
      ['POST', `${path}/restore`],
    ] as const
    for (const [method, target] of calls)
      expect(await errorOf(await sandbox.call(method, target))).toEqual([
        400,
        {
          code: 'invalidRequest',
          message: 'name must have 1 to 64 letters, digits, hyphens and underscores',
        },
      ])
  })

  it('rejects a snapshot above the maximum number, unless it replaces one', async () => {
    const sandbox = await open(fakeApi)
    for (let index = 0; index < 20; index++) await save(sandbox, `s${index}`)
    await save(sandbox, 's0')
    expect(await errorOf(await sandbox.call('PUT', snapshotPath('s20')))).toEqual([
      409,
      { code: 'conflict', message: 'There are 20 snapshots, the maximum. Delete one first' },
    ])
  })

  it('keeps the snapshots of a named sandbox apart', async () => {
    const sandbox = await open(fakeApi)
    await sandbox.call('PUT', `/~worker-1${snapshotPath('mine')}`)
    expect(await list(sandbox)).toEqual([])
    expect((await sandbox.call('POST', `/~worker-1${snapshotPath('mine')}/restore`)).status).toBe(204)
    expect((await sandbox.call('POST', `/~worker-2${snapshotPath('mine')}/restore`)).status).toBe(404)
  })

  it('changes nothing when a restore fails', async () => {
    const store = createMemoryStore()
    let isBroken = false
    const sandbox = await open({
      store: {
        ...store,
        async write(changes) {
          if (isBroken) throw new StoreUnavailableError('The disk is full.')
          return store.write(changes)
        },
      },
    })
    await save(sandbox)
    const { accessToken } = await signIn(sandbox)
    await sandbox.control('clock', { advanceSeconds: 60 })
    isBroken = true
    expect(await restore(sandbox)).toBe(503)
    isBroken = false
    expect(await me(sandbox, accessToken)).toBe(200)
    expect((await nowOf(sandbox)) - Date.now()).toBeGreaterThan(30_000)
    expect((await signUp(sandbox, 'new@example.com')).status).toBe(201)
  })
})

describe('uploaded files', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  async function upload(sandbox: TestSandbox): Promise<string> {
    const { accessToken } = await signIn(sandbox)
    const headers = { ...key, authorization: `Bearer ${accessToken}` }
    const { id } = await (await sandbox.call('GET', '/v1/auth/me', undefined, headers)).json()
    const file = { filename: 'a.png', contentType: 'image/png' }
    const created = await sandbox.call('POST', `/v1/users/${id}/avatar/upload-url`, file, headers)
    const { url, key: s3Key } = await created.json()
    const request = { method: 'PUT', headers: { 'content-type': 'image/png' }, body: png }
    expect((await sandbox.fetch(new Request(url, request))).status).toBe(200)
    const changed = await sandbox.call('PATCH', `/v1/users/${id}/avatar`, { s3Key }, headers)
    return (await changed.json()).image
  }
  const download = async (sandbox: TestSandbox, url: string) => {
    const response = await sandbox.fetch(new Request(url))
    return response.ok ? Buffer.from(await response.arrayBuffer()) : response.status
  }

  it('restores uploaded files, and deletes later ones', async () => {
    const sandbox = await open({ files: join(await newFolder(), 'uploads') })
    const before = await upload(sandbox)
    const { counts } = await save(sandbox)
    expect(counts.files).toBeGreaterThan(0)
    const after = await upload(sandbox)
    await sandbox.call('POST', '/__dev/reset')
    expect(await download(sandbox, before)).toBe(404)
    await restore(sandbox)
    expect(await download(sandbox, before)).toEqual(png)
    expect(await download(sandbox, after)).toBe(404)
  })
})

describe('snapshots next to a database file', () => {
  it('restores a snapshot after a restart, from a file that only its owner can read', async () => {
    const folder = await newFolder()
    const store = join(folder, 'bkend.db')
    const first = await open({ store })
    const { accessToken } = await signIn(first)
    const saved = await save(first, 'Signed-in')
    await first.close()
    const file = join(`${store}-snapshots`, (await readdir(`${store}-snapshots`))[0] ?? '')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(`${store}-snapshots`)).mode & 0o777).toBe(0o700)

    const second = await open({ store })
    expect(await list(second)).toEqual([saved])
    await second.call('POST', '/__dev/reset')
    expect(await me(second, accessToken)).toBe(401)
    expect(await restore(second, 'Signed-in')).toBe(204)
    expect(await me(second, accessToken)).toBe(200)
  })

  it.each([
    ['is damaged', (text: string) => text.slice(0, -20), 'it is damaged'],
    [
      'is of another API',
      (text: string) => text.replace('"api":"bkend"', '"api":"bedrud"'),
      'it is one of bedrud',
    ],
    [
      'is of another release',
      (text: string) => text.replace(/"version":\d+/, '"version":1'),
      'another release saved it',
    ],
  ])('rejects a snapshot whose file %s', async (_, change, reason) => {
    const store = join(await newFolder(), 'bkend.db')
    const sandbox = await open({ store })
    await save(sandbox, 'before')
    const file = join(`${store}-snapshots`, 'before.jsonl')
    await writeFile(file, change(await readFile(file, 'utf8')))
    expect(await errorOf(await sandbox.call('POST', `${snapshotPath('before')}/restore`))).toEqual([
      409,
      { code: 'conflict', message: `The snapshot before cannot be restored: ${reason}` },
    ])
  })
})
