import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { draftSuffix } from './fs-error.ts'
import { makeFolder } from './make-folder.ts'

// Why not write-file-atomic: it accepts only a complete text or buffer, but SQLite and streams must be able
// to write the file. It also always replaces, but processes that start at once must agree on a single
// generated secret.

/**
 * Writes a file atomically, readable by its owner only. If it fails, an existing file stays unchanged. A
 * symbolic link is replaced, never followed.
 * @param path the file to create or replace; its folder is created if missing
 * @param fill writes the content to `draft`, an empty file in a private folder next to `path`
 * @param options.replace whether to replace an existing file; true by default
 * @throws {NodeJS.ErrnoException} `EEXIST` when the file exists and must not be replaced
 */
export async function writeAtomically(
  path: string,
  fill: (draft: string) => void | Promise<void>,
  { replace = true }: { replace?: boolean } = {},
): Promise<void> {
  makeFolder(dirname(path), 0o700)
  // In a folder that others can write, such as /tmp, they could put a link in place of the draft.
  const folder = `${path}${draftSuffix}`
  const draft = join(folder, basename(path))
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  try {
    await createEmpty(draft)
    await fill(draft)
    await flush(draft)
    await (replace ? rename(draft, path) : moveToFreePath(draft, path))
  } finally {
    await rm(folder, { recursive: true, force: true })
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
