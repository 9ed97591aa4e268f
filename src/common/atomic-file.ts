import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from './make-folder.ts'

// Why not write-file-atomic: it takes only a whole text or buffer, not what a stream or SQLite writes, and it always
// replaces, where two processes that start at once must agree on one secret.

/**
 * Writes a file that is whole or absent, and that only its owner can read.
 * @param path created with its folder; an existing file is replaced
 * @param fill writes the draft, an empty file next to `path`
 */
export async function writeAtomically(
  path: string,
  fill: (draft: string) => void | Promise<void>,
): Promise<void> {
  makeFolder(dirname(path), 0o700)
  const draft = `${path}.partial`
  await rm(draft, { force: true })
  try {
    await createEmpty(draft)
    await fill(draft)
    await flush(draft)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/**
 * Moves a finished file to a path that must be free: unlike a rename, this never replaces a file.
 * @throws {NodeJS.ErrnoException} EEXIST
 */
export async function moveToFreePath(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
    await rm(from)
  } catch (error) {
    if (!lacksHardLinks(error)) throw error
    // For a moment others see an empty file here.
    await createEmpty(to)
    await rename(from, to)
  }
}

/** exFAT, SMB shares, shared folders of virtual machines and some FUSE file systems have no hard links. */
function lacksHardLinks(error: unknown) {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')
}

async function createEmpty(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  await file.close()
}

/** Without it, a crash could leave the name of the file on the disk, but not its content. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
