import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from './make-folder.ts'

// Why not write-file-atomic: it accepts only a complete text or buffer, but SQLite and streams must be able
// to write the file. It also always replaces, but processes that start at once must agree on a single
// generated secret.

/**
 * Writes a file atomically, readable by its owner only. If it fails, an existing file stays unchanged.
 * @param path the file to create or replace; its folder is created if missing
 * @param fill writes the content to `draft`, an empty file next to `path`
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
 * Moves a file to a path that must not exist. Unlike `rename`, it never replaces a file.
 * @throws {NodeJS.ErrnoException} `EEXIST` when the path exists
 */
export async function moveToFreePath(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
    await rm(from)
  } catch (error) {
    if (!lacksHardLinks(error)) throw error
    // Other processes can briefly see an empty file.
    await createEmpty(to)
    await rename(from, to)
  }
}

/**
 * exFAT, SMB shares, shared folders of virtual machines and some FUSE file systems do not support hard links.
 */
function lacksHardLinks(error: unknown) {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')
}

async function createEmpty(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  await file.close()
}

/** Flushes a file to disk. Otherwise a crash after the rename could leave a file without its content. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
