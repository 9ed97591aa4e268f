import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { UserError } from '../../src/common/user-error.ts'
import { loadOrCreateSecret } from '../../src/sandbox/secret-file.ts'

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  return { ...fs, link: vi.fn(fs.link) }
})
beforeEach(() => void vi.mocked(link).mockReset())

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-secret-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'data', 'auth.db-secret')
}

it.each(['with', 'without'])(
  'returns the same secret to concurrent servers, on a file system %s hard links',
  async (kind) => {
    if (kind === 'without')
      vi.mocked(link).mockRejectedValue(Object.assign(new Error('EPERM: link'), { code: 'EPERM' }))
    const file = await newFile()
    const secrets = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSecret(file)))
    expect(new Set(secrets)).toEqual(new Set([await loadOrCreateSecret(file)]))
    expect(secrets[0]).toMatch(/^[\w-]{43}$/)
    expect(await readFile(file, 'utf8')).toBe(`${secrets[0]}\n`)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(file, '..'))).toEqual(['auth.db-secret'])
  },
)

it('rejects an empty secret file', async () => {
  const file = await newFile()
  await loadOrCreateSecret(file)
  await writeFile(file, '')
  await expect(loadOrCreateSecret(file)).rejects.toThrow(
    new UserError(`${file} is empty. Delete it, and the next start creates a new secret.`),
  )
})
