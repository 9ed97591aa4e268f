import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { moveToFreePath, writeAtomically } from '../../src/common/atomic-file.ts'
import { describeFsError } from '../../src/common/fs-error.ts'

/** The error code of link(2) on a file system without hard links; null for one that supports them. */
let linkError: string | null = null
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  return {
    ...fs,
    link: async (from: string, to: string) => {
      if (linkError !== null) throw Object.assign(new Error(`${linkError}: link`), { code: linkError })
      return fs.link(from, to)
    },
  }
})

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auth-contracts-files-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

describe('writeAtomically', () => {
  it('creates the folder and replaces the file, readable by its owner only', async () => {
    const path = join(await temporaryFolder(), 'folder', 'file')
    for (const text of ['first', 'second']) {
      await writeAtomically(path, async (draft) => {
        expect((await stat(draft)).mode & 0o777).toBe(0o600)
        await writeFile(draft, text)
      })
      expect(await readFile(path, 'utf8')).toBe(text)
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('keeps the previous file and removes the draft when it fails', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'file')
    await writeFile(path, 'previous')
    await writeFile(`${path}.partial`, 'left by a killed process')
    const failing = writeAtomically(path, async (draft) => {
      await writeFile(draft, 'half')
      throw new Error('disk full')
    })
    await expect(failing).rejects.toThrow('disk full')
    expect(await readdir(folder)).toEqual(['file'])
    expect(await readFile(path, 'utf8')).toBe('previous')
  })

  it('writes the draft in a folder that other users cannot enter, so that they cannot replace it', async () => {
    const folder = await temporaryFolder()
    await chmod(folder, 0o777)
    const path = join(folder, 'file')
    let mode = 0
    await writeAtomically(path, async (draft) => {
      const { mode: found } = await stat(dirname(draft))
      mode = found & 0o777
    })
    expect(mode.toString(8)).toBe('700')
  })

  it('removes a link in place of the draft without touching its target', async () => {
    const folder = await temporaryFolder()
    const target = join(folder, 'target')
    await writeFile(target, 'untouched')
    await symlink(target, join(folder, 'file.partial'))
    await writeAtomically(join(folder, 'file'), (draft) => writeFile(draft, 'text'))
    expect(await readFile(target, 'utf8')).toBe('untouched')
    expect((await readdir(folder)).sort()).toEqual(['file', 'target'])
  })

  it('replaces a symbolic link instead of writing through it', async () => {
    const folder = await temporaryFolder()
    const [path, target] = [join(folder, 'file'), join(folder, 'target')]
    await writeFile(target, 'untouched')
    await symlink(target, path)
    await writeAtomically(path, (draft) => writeFile(draft, 'text'))
    expect((await lstat(path)).isSymbolicLink()).toBe(false)
    expect(await readFile(target, 'utf8')).toBe('untouched')
  })

  it('never replaces a file that appears while it writes, without `replace`', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'file')
    const writing = writeAtomically(path, () => writeFile(path, 'of another process'), { replace: false })
    const error = await writing.catch((error) => error)
    expect(describeFsError(error)).toBe(`${path}: the file already exists. Choose another path.`)
    expect(await readFile(path, 'utf8')).toBe('of another process')
    expect(await readdir(folder)).toEqual(['file'])
  })
})

describe.each([null, 'EPERM', 'ENOTSUP', 'ENOSYS'])('moveToFreePath, when link(2) fails with %s', (code) => {
  it('lets exactly one of many concurrent moves succeed', async () => {
    linkError = code
    const folder = await temporaryFolder()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const draft = join(folder, `draft${index}`)
        await writeFile(draft, `text ${index}`)
        return moveToFreePath(draft, join(folder, 'name')).then(
          () => index,
          ({ code }) => code,
        )
      }),
    )
    const winners = outcomes.filter((outcome) => typeof outcome === 'number')
    expect(winners).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'EEXIST')).toHaveLength(9)
    expect(await readFile(join(folder, 'name'), 'utf8')).toBe(`text ${winners[0]}`)
  })
})
