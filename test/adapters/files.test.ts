import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createLocalFiles } from '../../src/adapters/local-files.ts'
import { createS3Files } from '../../src/adapters/s3-files.ts'
import { checkUpload, type Files, newFileKey } from '../../src/core/files.ts'
import { StoreUnavailableError } from '../../src/core/store.ts'
import { account, startS3Server } from './s3-server.ts'

interface TestStorage {
  files: Files
  directory?: string
  stop: () => Promise<void>
}

const random = (length = 16) => crypto.getRandomValues(new Uint8Array(length))
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const maxBytes = 1000

/** Milliseconds added to the clock, to control time in a test. */
let ahead = 0
const now = () => Date.now() + ahead

const openLocal = async (options: { uploadTimeoutMs?: number } = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'local-files-'))
  const app = new Hono()
  const server = createAdaptorServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sandbox/files`
  const files = createLocalFiles({
    directory,
    baseUrl,
    secrets: [crypto.getRandomValues(new Uint8Array(32))],
    now,
    ...options,
  })
  app.mount('/sandbox/files', files.handle)
  const stop = async () => {
    server.close()
    await rm(directory, { recursive: true })
  }
  return { files, directory, stop }
}

type LocalStorage = Awaited<ReturnType<typeof openLocal>>

const openS3 = async (): Promise<TestStorage> => {
  const { bucketUrl, stop } = await startS3Server()
  return { files: createS3Files({ ...account, bucketUrl, now }), stop }
}

describe.each([
  ['a directory', () => openLocal()],
  ['S3 (s3rver with signature checks)', openS3],
])('uploads to %s', (_, start) => {
  let storage: TestStorage
  let files: Files
  beforeAll(async () => {
    storage = await start()
    files = storage.files
  })
  afterAll(() => storage.stop())

  const folder = 'avatars/3f2c9b1e-7a54-4c1d-9e0b-5d6a8f4c2b10'
  const newUpload = (options: { expiresAt?: number } = {}) => ({
    key: newFileKey(folder, 'image/png', random()),
    contentType: 'image/png' as const,
    maxBytes,
    expiresAt: now() + 900_000,
    ...options,
  })
  const put = (url: string, body: BodyInit = png, contentType = 'image/png') =>
    fetch(url, { method: 'PUT', body, headers: { 'Content-Type': contentType } })

  it('accepts a file, serves it and deletes it', async () => {
    const upload = newUpload()
    expect(await files.head(upload.key)).toBeUndefined()
    expect(await files.read(upload.key, 4)).toHaveLength(0)

    expect(await put(await files.uploadUrl(upload))).toHaveProperty('status', 200)
    expect(await files.head(upload.key)).toEqual({ contentType: 'image/png', size: png.length })
    expect(Buffer.from(await files.read(upload.key, 8))).toEqual(png.subarray(0, 8))
    expect(await checkUpload(files, upload.key, maxBytes)).toBe('accepted')

    const served = await fetch(files.publicUrl(upload.key))
    expect(served.headers.get('Content-Type')).toBe('image/png')
    expect(Buffer.from(await served.arrayBuffer())).toEqual(png)

    await files.remove(upload.key)
    await files.remove(upload.key)
    expect(await files.head(upload.key)).toBeUndefined()
  })

  it('deletes all files of a folder and no others', async () => {
    const own = [newUpload(), newUpload(), newUpload()]
    const other = { ...newUpload(), key: newFileKey(`${folder}-other`, 'image/png', random()) }
    for (const upload of [...own, other]) await put(await files.uploadUrl(upload))
    await files.removeAll(folder)
    await files.removeAll(folder)
    expect(await Promise.all(own.map(({ key }) => files.head(key)))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(await files.head(other.key)).toMatchObject({ size: png.length })
    for (const invalid of ['', '.', '..', 'avatars', 'avatars/', 'avatars/..', '/avatars/x', 'avatars//x'])
      await expect(files.removeAll(invalid)).rejects.toThrow(TypeError)
  })

  it('rejects an expired upload URL', async () => {
    const upload = newUpload({ expiresAt: now() + 1000 })
    const url = await files.uploadUrl(upload)
    // S3 uses its own clock, so this test has to wait.
    await expect.poll(async () => (await put(url, png)).status, { timeout: 10_000, interval: 500 }).toBe(403)
  })

  it('rejects an upload URL with a changed key, expiry or signature', async () => {
    const upload = newUpload()
    const other = newUpload()
    const url = await files.uploadUrl(upload)
    const altered = [
      url.replace(upload.key, other.key),
      url.replace('X-Amz-Expires=', 'X-Amz-Expires=1').replace('permit=eyJ', 'permit=eyK'),
      url.slice(0, -4) + (url.endsWith('0000') ? '1111' : '0000'),
      url.split('?')[0] ?? '',
    ]
    for (const alteredUrl of altered) expect(await put(alteredUrl)).toHaveProperty('status', 403)
    expect(await files.head(upload.key)).toBeUndefined()
    expect(await files.head(other.key)).toBeUndefined()
  })

  it('rejects a content type other than the announced one, including SVG and HTML', async () => {
    const upload = newUpload()
    const url = await files.uploadUrl(upload)
    for (const type of ['image/svg+xml', 'text/html', 'image/jpeg', 'application/octet-stream'])
      expect([403, 415]).toContain((await put(url, png, type)).status)
    expect(await files.head(upload.key)).toBeUndefined()
  })

  it.each([
    ['content of another type', Buffer.from('<svg onload="alert(1)">')],
    ['an empty file', Buffer.alloc(0)],
    ['an image of another type', Buffer.from('GIF89a and so on')],
  ])('rejects and deletes %s after the upload', async (_, content) => {
    const upload = newUpload()
    expect(await put(await files.uploadUrl(upload), content)).toHaveProperty('status', 200)
    expect(await checkUpload(files, upload.key, maxBytes)).toBe('notAnImage')
    expect(await files.head(upload.key)).toBeUndefined()
  })

  it('rejects and deletes a file larger than the limit', async () => {
    const upload = newUpload()
    const { status } = await put(await files.uploadUrl(upload), Buffer.concat([png, Buffer.alloc(maxBytes)]))
    expect(await checkUpload(files, upload.key, maxBytes)).toBe(status === 413 ? 'missing' : 'tooLarge')
    expect(await files.head(upload.key)).toBeUndefined()
  })

  it.each([
    '../../etc/passwd.png',
    'avatars/../../x.png',
    'avatars/x.svg',
    'avatars//x.png',
    '/etc/x.png',
    'avatars/x.png\0',
    `avatars/${'x'.repeat(300)}.png`,
    '.arriving/x.png',
    '',
  ])('rejects the invalid key %j', async (key) => {
    expect(await checkUpload(files, key, maxBytes)).toBe('missing')
    await expect(files.head(key)).rejects.toThrow(TypeError)
  })
})

describe('failures of S3', () => {
  it('reports an unreachable S3 as unavailable', async () => {
    const { bucketUrl, stop } = await startS3Server()
    await stop()
    const files = createS3Files({ ...account, bucketUrl, now })
    await expect(files.head('avatars/x.png')).rejects.toBeInstanceOf(StoreUnavailableError)
  })

  it('reports rejected credentials with the status of S3', async () => {
    const { bucketUrl, stop } = await startS3Server()
    const files = createS3Files({ ...account, secretAccessKey: 'another', bucketUrl, now })
    await expect(files.head('avatars/x.png')).rejects.toThrow('403')
    await stop()
  })
})

describe('uploads to a directory: limits and safety', () => {
  let storage: TestStorage
  beforeAll(async () => {
    storage = await openLocal()
  })
  afterAll(() => storage.stop())

  const newUrl = async () => {
    const upload = {
      key: newFileKey('a', 'image/png', random()),
      contentType: 'image/png' as const,
      maxBytes,
    }
    const url = await storage.files.uploadUrl({ ...upload, expiresAt: now() + 60_000 })
    return { url, key: upload.key }
  }

  it('checks expiry with the clock of the server, not of the machine', async () => {
    const { url } = await newUrl()
    ahead = 61_000
    const { status } = await fetch(url, {
      method: 'PUT',
      body: png,
      headers: { 'Content-Type': 'image/png' },
    })
    ahead = 0
    expect(status).toBe(403)
  })

  it('rejects a file of one gigabyte by its Content-Length, before it is sent', async () => {
    const { url } = await newUrl()
    const headers = { 'Content-Type': 'image/png', 'Content-Length': String(2 ** 30) }
    const request = httpRequest(url, { method: 'PUT', headers })
    request.on('error', () => {}).flushHeaders()
    const [response] = await once(request, 'response')
    expect(response.statusCode).toBe(413)
    request.destroy()
  })

  it('stops reading a body without Content-Length once it is too large, and deletes it', async () => {
    const { url, key } = await newUrl()
    const request = httpRequest(url, { method: 'PUT', headers: { 'Content-Type': 'image/png' } })
    request.on('error', () => {})
    let sent = 0
    const more = () => {
      while (!request.destroyed && sent < 2 ** 30 && request.write(Buffer.alloc(65_536))) sent += 65_536
    }
    request.on('drain', more)
    more()
    const [response] = await once(request, 'response')
    request.destroy()
    expect(response.statusCode).toBe(413)
    expect(sent).toBeLessThan(2 ** 30)
    expect(await storage.files.head(key)).toBeUndefined()
    expect(await readdir(join(storage.directory ?? '', '.arriving'))).toEqual([])
  })

  it('deletes the partial file of an interrupted upload', async () => {
    const { url, key } = await newUrl()
    const headers = { 'Content-Type': 'image/png', 'Content-Length': '500' }
    const request = httpRequest(url, { method: 'PUT', headers }).on('error', () => {})
    request.write(png)
    await expect.poll(() => readdir(join(storage.directory ?? '', '.arriving'))).toHaveLength(1)
    request.destroy()
    await expect.poll(() => readdir(join(storage.directory ?? '', '.arriving'))).toEqual([])
    expect(await storage.files.head(key)).toBeUndefined()
  })

  const arriving = () => readdir(join(storage.directory ?? '', '.arriving'))
  /** Starts an upload that sends one chunk and never ends. */
  const startUpload = (url: string) => {
    const request = httpRequest(url, { method: 'PUT', headers: { 'Content-Type': 'image/png' } })
    request.on('error', () => {}).write(png)
    onTestFinished(() => {
      request.destroy()
    })
    const status = once(request, 'response').then(([{ statusCode }]) => statusCode as number)
    status.catch(() => {})
    return { request, status }
  }

  it('writes only one of 100 concurrent uploads to the same URL, which can still finish', async () => {
    const { url, key } = await newUrl()
    const first = startUpload(url)
    await expect.poll(arriving).toHaveLength(1)
    const others = Array.from({ length: 99 }, () => startUpload(url))
    expect(new Set(await Promise.all(others.map(({ status }) => status)))).toEqual(new Set([409]))
    expect(await arriving()).toHaveLength(1)
    first.request.end()
    expect(await first.status).toBe(200)
    expect(await storage.files.head(key)).toMatchObject({ size: png.length })
    await expect.poll(arriving).toEqual([])
  })

  it('rejects a second upload to a URL before its body is sent', async () => {
    const { url } = await newUrl()
    const first = startUpload(url)
    first.request.end()
    expect(await first.status).toBe(200)
    expect(await startUpload(url).status).toBe(409)
  })

  it('ends an upload that takes too long, and deletes its partial file', async () => {
    const impatient = await openLocal({ uploadTimeoutMs: 100 })
    onTestFinished(impatient.stop)
    const key = newFileKey('a', 'image/png', random())
    const url = await impatient.files.uploadUrl({
      ...{ key, maxBytes, contentType: 'image/png', expiresAt: now() + 60_000 },
    })
    expect(await startUpload(url).status).toBe(408)
    expect(await readdir(join(impatient.directory, '.arriving'))).toEqual([])
  })

  it('keeps the upload under way when another process opens the directory', async () => {
    const { url } = await newUrl()
    const { request, status } = startUpload(url)
    await expect.poll(arriving).toHaveLength(1)
    const directory = storage.directory ?? ''
    const other = createLocalFiles({ directory, baseUrl: 'http://localhost', secrets: [random(32)], now })
    await other.sweepUnfinished()
    request.end()
    expect(await status).toBe(200)
  })

  it('deletes the partial files of a crashed process when it sweeps, and accepts the upload again', async () => {
    const { url, key } = await newUrl()
    const { request } = startUpload(url)
    await expect.poll(arriving).toHaveLength(1)
    const [name = ''] = await arriving()
    request.destroy()
    await expect.poll(arriving).toEqual([])

    const left = join(storage.directory ?? '', '.arriving', name)
    const crash = async () => {
      await writeFile(left, 'half')
      const before = new Date(Date.now() - 90_000)
      await utimes(left, before, before)
    }
    await crash()
    const retry = startUpload(url)
    retry.request.end()
    expect(await retry.status).toBe(200)
    expect(await storage.files.head(key)).toMatchObject({ size: png.length })
    await crash()
    await (storage as LocalStorage).files.sweepUnfinished()
    expect(await arriving()).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('stores files that only their owner can read', async () => {
    const { url, key } = await newUrl()
    await fetch(url, { method: 'PUT', body: png, headers: { 'Content-Type': 'image/png' } })
    const modes = ['.arriving', 'a', key].map(async (path) => {
      const { mode } = await stat(join(storage.directory ?? '', path))
      return (mode & 0o777).toString(8)
    })
    expect(await Promise.all(modes)).toEqual(['700', '700', '600'])
  })

  it('accepts upload URLs signed with an older secret while it is configured', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rotated-files-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const [old, next] = [random(32), random(32)]
    const baseUrl = 'http://localhost/files'
    const filesWith = (...secrets: Uint8Array[]) => createLocalFiles({ directory, baseUrl, secrets, now })
    const key = newFileKey('avatars/ada', 'image/png', random())
    const upload = { key, maxBytes, contentType: 'image/png' as const, expiresAt: now() + 60_000 }
    const url = await filesWith(old).uploadUrl(upload)
    const path = url.slice(baseUrl.length)
    const put = async (files: ReturnType<typeof filesWith>) => {
      const headers = { 'Content-Type': 'image/png' }
      const request = new Request(`http://localhost${path}`, { method: 'PUT', body: png, headers })
      return (await files.handle(request)).status
    }
    expect([await put(filesWith(next)), await put(filesWith(next, old))]).toEqual([403, 200])
  })

  it('accepts only one file per upload URL, so that a checked file cannot be replaced', async () => {
    const { url } = await newUrl()
    const put = () => fetch(url, { method: 'PUT', body: png, headers: { 'Content-Type': 'image/png' } })
    const statuses = (await Promise.all([put(), put(), put()])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 409, 409])
  })

  it('serves images with headers that prevent any other interpretation', async () => {
    const { url, key } = await newUrl()
    await fetch(url, { method: 'PUT', body: png, headers: { 'Content-Type': 'image/png' } })
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await fetch(storage.files.publicUrl(key), { method })
      expect(status).toBe(200)
      expect(headers.get('Content-Type')).toBe('image/png')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(headers.get('Content-Security-Policy')).toContain('sandbox')
    }
  })

  it.each([
    ['GET', '/%2e%2e/%2e%2e/etc/passwd', 404],
    ['GET', '/..%2f..%2fetc%2fpasswd.png', 404],
    ['GET', '/a/unknown.png', 404],
    ['GET', '/.arriving/x.png', 404],
    ['GET', '/', 404],
    ['PUT', '/a/x.svg', 404],
    ['PUT', '/a/x.png', 403],
    ['DELETE', '/a/x.png', 405],
  ])('responds to %s %s with %i', async (method, path, status) => {
    const base = storage.files.publicUrl('x.png').replace('/x.png', '')
    expect(await fetch(base + path, { method })).toHaveProperty('status', status)
  })
})
