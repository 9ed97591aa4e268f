import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openAdministration } from '../../../src/server/administration/open.ts'
import { openSandbox } from '../../support/sandbox.ts'

const key = { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` }
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Opens a sandbox with a folder for uploads, in which Mina is signed in. */
async function openScene() {
  const folder = await mkdtemp(join(tmpdir(), 'uploads-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const sandbox = await openSandbox('bkend', { files: folder })
  const send = async (method: string, path: string, body?: unknown, headers = {}) => {
    const response = await sandbox.call(method, path, body, { ...key, ...headers })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  const signIn = async (email: string, password: string) => {
    const { body } = await send('POST', '/v1/auth/email/signin', { method: 'password', email, password })
    const headers = { authorization: `Bearer ${body.accessToken}` }
    const me = await send('GET', '/v1/auth/me', undefined, headers)
    const avatar = `/v1/users/${me.body.id}/avatar`
    return {
      createUrl: () =>
        send('POST', `${avatar}/upload-url`, { filename: 'a.png', contentType: 'image/png' }, headers),
      setAvatar: (s3Key: string) => send('PATCH', avatar, { s3Key }, headers),
    }
  }
  const put = async (url: string, body: BodyInit = png) => {
    const request = { method: 'PUT', headers: { 'content-type': 'image/png' }, body, duplex: 'half' }
    return (await sandbox.fetch(new Request(url, request))).status
  }
  const get = async (url: string) => (await sandbox.fetch(new Request(url))).status
  const storedFiles = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png')).sort()
  const mina = await signIn('user@example.com', 'password123')
  const upload = async () => {
    const { body } = await mina.createUrl()
    expect(await put(body.url)).toBe(200)
    return body as { url: string; key: string }
  }
  return { ...sandbox, folder, mina, signIn, put, get, storedFiles, upload }
}

describe('an upload URL', () => {
  it('creates at most 20 upload URLs an hour for each user', async () => {
    const { mina, signIn } = await openScene()
    const responses = await Promise.all(Array.from({ length: 25 }, () => mina.createUrl()))
    const created = responses.filter(({ status }) => status === 200)
    const rejected = responses.filter(({ status }) => status === 429)
    expect([created.length, rejected.length]).toEqual([20, 5])
    expect(rejected[0]?.body.error.code).toBe('auth/too-many-requests')
    expect(Number(rejected[0]?.headers.get('retry-after'))).toBeGreaterThan(3500)
    const sora = await signIn('sora@example.com', 'violet-harbor-41')
    expect((await sora.createUrl()).status).toBe(200)
  })
})

describe('an uploaded file', () => {
  it('serves an uploaded file only while it is the avatar of its user', async () => {
    const { mina, upload, get } = await openScene()
    const [first, second] = [await upload(), await upload()]
    const publicUrl = first.url.split('?')[0] ?? ''
    expect(await get(publicUrl)).toBe(404)
    const { body } = await mina.setAvatar(first.key)
    expect(body.image).toBe(publicUrl)
    expect(await get(publicUrl)).toBe(200)
    expect((await mina.setAvatar(second.key)).status).toBe(200)
    expect(await get(publicUrl)).toBe(404)
  })

  it('deletes an uploaded file an hour after its URL has expired, unless it is the avatar', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { mina, signIn, upload, put, storedFiles, get, control } = await openScene()
    const [current, previous, unused] = [await upload(), await upload(), await upload()]
    for (const { key } of [previous, current]) expect((await mina.setAvatar(key)).status).toBe(200)
    // The replaced file is deleted, but its URL has not expired yet.
    expect(await put(previous.url)).toBe(200)
    expect(await storedFiles()).toHaveLength(3)
    await control('clock', { advanceSeconds: 15 * 60 + 59 * 60 })
    vi.advanceTimersByTime(600_000)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await storedFiles()).toHaveLength(3)
    await control('clock', { advanceSeconds: 90 })
    const later = await signIn('user@example.com', 'password123')
    expect((await later.setAvatar(unused.key)).status).toBe(400)
    expect((await later.setAvatar(current.key)).status).toBe(200)
    expect(await storedFiles()).toHaveLength(3)
    await control('clock', { advanceSeconds: 60 })
    vi.advanceTimersByTime(600_000)
    await expect.poll(storedFiles).toEqual([current.key])
    expect(await get(current.url.split('?')[0] ?? '')).toBe(200)
  })
})

describe('PATCH /v1/users/{userId}/avatar', () => {
  it('explains why it rejects a file', async () => {
    const { mina, put } = await openScene()
    const messageFor = async (body?: BodyInit) => {
      const { url, key: s3Key } = (await mina.createUrl()).body
      if (body !== undefined) expect(await put(url, body)).toBe(200)
      const response = await mina.setAvatar(s3Key)
      expect([response.status, response.body.error.code]).toEqual([400, 'common/invalid-parameters'])
      return response.body.error.message
    }
    expect(await messageFor()).toBe('No file was uploaded for s3Key')
    expect(await messageFor('<svg />')).toBe('The uploaded file is not an image of its content type')
    const foreignKey = await mina.setAvatar('avatars/8d0e4f72-1b3c-4a9d-b6e5-2c7f90a1d384/9e5a20.png')
    expect(foreignKey.body.error.message).toBe('s3Key was not created for this user')
  })

  it('accepts an upload of 5 MiB, but not of one byte more', async () => {
    const { mina, put } = await openScene()
    const image = (bytes: number) => Buffer.concat([png, Buffer.alloc(bytes - png.length)])
    const { url } = (await mina.createUrl()).body
    expect(await put(url, image(5 * 1024 * 1024 + 1))).toBe(413)
    const largest = (await mina.createUrl()).body
    expect(await put(largest.url, image(5 * 1024 * 1024))).toBe(200)
    expect((await mina.setAvatar(largest.key)).status).toBe(200)
  })

  it('accepts the key of the example, also after a reset of the sandbox', async () => {
    const { mina, signIn, get, control } = await openScene()
    const s3Key = 'avatars/3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10/9e5a20.png'
    const { status, body } = await mina.setAvatar(s3Key)
    expect([status, await get(body.image)]).toEqual([200, 200])
    await control('reset', {})
    expect(await get(body.image)).toBe(404)
    const again = await signIn('user@example.com', 'password123')
    expect((await again.setAvatar(s3Key)).status).toBe(200)
  })
})

describe('an upload under way', () => {
  it('survives an admin command on the same folder', async () => {
    const { mina, put, folder } = await openScene()
    const { body } = await mina.createUrl()
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const status = put(body.url, readable)
    await writer.write(png)
    await expect.poll(() => readdir(join(folder, '.arriving'))).toHaveLength(1)
    const context = await openAdministration('bkend', { store: ':memory:', files: folder }, () => {})
    await context.close()
    await writer.close()
    expect(await status).toBe(200)
  })

  it('is deleted at the start of a server if a crash has interrupted it a minute ago', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uploads-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const arriving = join(folder, '.arriving')
    await mkdir(arriving)
    for (const [name, age] of [['old.png', 90_000] as const, ['new.png', 0] as const]) {
      await writeFile(join(arriving, name), 'half')
      const at = new Date(Date.now() - age)
      await utimes(join(arriving, name), at, at)
    }
    await openSandbox('bkend', { files: folder })
    await expect.poll(() => readdir(arriving)).toEqual(['new.png'])
  })
})
