import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createLocalFiles } from '../../src/adapters/local-files.ts'
import { newFileKey } from '../../src/core/files.ts'
import { clock, maxBytes, now, openLocal, png, put, random } from './upload-storages.ts'

describe('uploads to a directory: limits and safety', () => {
  let storage: Awaited<ReturnType<typeof openLocal>>
  beforeAll(async () => {
    storage = await openLocal()
  })
  afterAll(() => storage.stop())

  /** Lists the partial files of uploads. */
  const arriving = () => readdir(join(storage.directory, '.arriving'))
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
    clock.aheadMs = 61_000
    const { status } = await put(url)
    clock.aheadMs = 0
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
    expect(await arriving()).toEqual([])
  })

  it('deletes the partial file of an interrupted upload', async () => {
    const { url, key } = await newUrl()
    const headers = { 'Content-Type': 'image/png', 'Content-Length': '500' }
    const request = httpRequest(url, { method: 'PUT', headers }).on('error', () => {})
    request.write(png)
    await expect.poll(arriving).toHaveLength(1)
    request.destroy()
    await expect.poll(arriving).toEqual([])
    expect(await storage.files.head(key)).toBeUndefined()
  })

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
    const directory = storage.directory
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

    const left = join(storage.directory, '.arriving', name)
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
    await storage.files.sweepUnfinished()
    expect(await arriving()).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('stores files that only their owner can read', async () => {
    const { url, key } = await newUrl()
    await put(url)
    const modes = ['.arriving', 'a', key].map(async (path) => {
      const { mode } = await stat(join(storage.directory, path))
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
    const statuses = (await Promise.all([put(url), put(url), put(url)])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 409, 409])
  })

  it('serves images with headers that prevent any other interpretation', async () => {
    const { url, key } = await newUrl()
    await put(url)
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
