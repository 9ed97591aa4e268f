import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../common/atomic-file.ts'
import { firstLineOf, type SnapshotStorage } from './storage.ts'

/**
 * Keeps each snapshot in a file that only its owner can read, because it contains hashes of credentials.
 * @param folder created with the first snapshot
 */
export function createSnapshotFolder(folder: string): SnapshotStorage {
  const pathOf = (name: string) => join(folder, fileNameOf(name))
  return {
    async firstLines() {
      const files = (await unlessMissing(readdir(folder))) ?? []
      return Promise.all(files.filter((file) => file.endsWith(ending)).map((file) => readStart(folder, file)))
    },
    read: (name) => unlessMissing(readFile(pathOf(name), 'utf8')),
    write: (name, text) => writeAtomically(pathOf(name), (draft) => writeFile(draft, text)),
    remove: (name) => rm(pathOf(name), { force: true }),
  }
}

const ending = '.jsonl'

/** Names differ in case, but the file systems of macOS and Windows ignore it. */
const fileNameOf = (name: string) => `${name.replace(/[A-Z]/g, '+$&')}${ending}`

/** In bytes. The first line is shorter. */
const startBytes = 64 * 1024

async function readStart(folder: string, name: string): Promise<string> {
  const file = await open(join(folder, name))
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0)
    return firstLineOf(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}

async function unlessMissing<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
