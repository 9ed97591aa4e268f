import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openSandbox } from '../../support/sandbox.ts'

const key = { 'x-api-key': `pk_${'0123456789abcdef'.repeat(4)}` }
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Mina, her uploads, and the folder where they are. */
async function scene() {
  const folder = await mkdtemp(join(tmpdir(), 'uploads-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const sandbox = await openSandbox('bkend', { files: folder })
  const ask = async (method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await sandbox.call(method, path, body, { ...key, ...headers })
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }
  const signIn = async (email: string, password: string) => {
    const { body } = await ask('POST', '/v1/auth/email/signin', { method: 'password', email, password })
    const headers = { authorization: `Bearer ${body.accessToken}` }
    const me = await ask('GET', '/v1/auth/me', undefined, headers)
    const avatar = `/v1/users/${me.body.id}/avatar`
    return {
      ask: () =>
        ask('POST', `${avatar}/upload-url`, { filename: 'a.png', contentType: 'image/png' }, headers),
      set: (s3Key: string) => ask('PATCH', avatar, { s3Key }, headers),
    }
  }
  const put = async (url: string) => {
    const request = { method: 'PUT', headers: { 'content-type': 'image/png' }, body: png }
    return (await sandbox.fetch(new Request(url, request))).status
  }
  const show = async (url: string) => (await sandbox.fetch(new Request(url))).status
  const stored = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png')).sort()
  const mina = await signIn('user@example.com', 'password123')
  const upload = async () => {
    const { body } = await mina.ask()
    expect(await put(body.url)).toBe(200)
    return body as { url: string; key: string }
  }
  return { ...sandbox, mina, signIn, put, show, stored, upload }
}

describe('addresses to upload to', () => {
  it('are 20 an hour for each user, whoever else asks', async () => {
    const { mina, signIn } = await scene()
    const answers = await Promise.all(Array.from({ length: 25 }, () => mina.ask()))
    const given = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ status }) => status === 429)
    expect([given.length, refused.length]).toEqual([20, 5])
    expect(refused[0]?.body.error.code).toBe('auth/too-many-requests')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(3500)
    const sora = await signIn('sora@example.com', 'violet-harbor-41')
    expect((await sora.ask()).status).toBe(200)
  })
})

describe('an upload', () => {
  it('is shown to nobody before it is somebody’s picture, nor after that', async () => {
    const { mina, upload, show } = await scene()
    const [first, second] = [await upload(), await upload()]
    const address = first.url.split('?')[0] ?? ''
    expect(await show(address)).toBe(404)
    const set = await mina.set(first.key)
    expect(set.body.image).toBe(address)
    expect(await show(address)).toBe(200)
    expect((await mina.set(second.key)).status).toBe(200)
    expect(await show(address)).toBe(404)
  })

  it('that is never set goes an hour after its address has ended; pictures stay', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { mina, signIn, upload, put, stored, show, control } = await scene()
    const [picture, former, junk] = [await upload(), await upload(), await upload()]
    for (const { key: s3Key } of [former, picture]) expect((await mina.set(s3Key)).status).toBe(200)
    // Its file is gone, and its address still good.
    expect(await put(former.url)).toBe(200)
    expect(await stored()).toHaveLength(3)
    await control('clock', { advanceSeconds: 15 * 60 + 59 * 60 })
    vi.advanceTimersByTime(600_000)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await stored()).toHaveLength(3)
    await control('clock', { advanceSeconds: 90 })
    const later = await signIn('user@example.com', 'password123')
    expect((await later.set(junk.key)).status).toBe(400)
    expect((await later.set(picture.key)).status).toBe(200)
    expect(await stored()).toHaveLength(3)
    await control('clock', { advanceSeconds: 60 })
    vi.advanceTimersByTime(600_000)
    await expect.poll(stored).toEqual([picture.key])
    expect(await show(picture.url.split('?')[0] ?? '')).toBe(200)
  })
})
