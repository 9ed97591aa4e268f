import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createS3Files } from '../../src/adapters/s3-files.ts'
import { checkUpload, type Files, newFileKey } from '../../src/core/files.ts'
import { StoreUnavailableError } from '../../src/core/store.ts'
import { account, startS3Server } from './s3-server.ts'
import { maxBytes, now, openLocal, openS3, png, put, random, type TestStorage } from './upload-storages.ts'

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
    await expect.poll(async () => (await put(url, png)).status, { interval: 500 }).toBe(403)
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
