import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Creates a directory of uploads under way. The name of a draft follows from the key of its file, and the
 * file system creates it only once: this is the lock that admits one upload per key, across processes.
 * @param staleAfterMs the age since the last write at which a draft belongs to a process that crashed
 */
export function createDrafts(directory: string, staleAfterMs: number) {
  async function isStale(path: string): Promise<boolean> {
    const found = await stat(path).catch(() => undefined)
    // The time of the file system, not of a server, whose clock a test can move.
    return found !== undefined && Date.now() - found.mtimeMs > staleAfterMs
  }

  return {
    /**
     * Creates a draft.
     * @throws {NodeJS.ErrnoException} `EEXIST` while another upload of the same key is under way
     */
    async open(key: string): Promise<{ path: string; file: FileHandle }> {
      // Keys contain no `~`.
      const path = join(directory, key.replaceAll('/', '~'))
      await mkdir(directory, { recursive: true, mode: 0o700 })
      if (await isStale(path)) await rm(path, { force: true })
      return { path, file: await open(path, 'wx', 0o600) }
    },

    /** Deletes the drafts that crashed processes have left. */
    async sweep(): Promise<void> {
      for (const name of await readdir(directory).catch(() => [])) {
        const path = join(directory, name)
        if (await isStale(path)) await rm(path, { force: true })
      }
    },
  }
}
