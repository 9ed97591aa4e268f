import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { type FileArchive, type PreparedFiles, type StoredFile, typeOfKey } from '../core/files.ts'

/** Creates the archive of a folder of uploads. */
export function createFolderArchive(directory: string): FileArchive {
  return {
    readAll: () => readUploads(directory),
    prepare: (files) => prepareUploads(directory, files),
  }
}

async function* readUploads(directory: string): AsyncGenerator<StoredFile> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const key = relative(directory, path).split(sep).join('/')
    if (!entry.isFile() || !typeOfKey(key)) continue
    // The file may have been deleted meanwhile.
    const content = await readFile(path).catch(() => undefined)
    if (content) yield { key, content }
  }
}

/** Writes files next to the directory. */
async function prepareUploads(directory: string, files: readonly StoredFile[]): Promise<PreparedFiles> {
  const draft = `${directory}-restored`
  const discard = () => rm(draft, { recursive: true, force: true })
  await discard()
  try {
    for (const { key, content } of files) {
      if (!typeOfKey(key)) throw new TypeError(`Invalid file key ${JSON.stringify(key)}.`)
      const path = join(draft, key)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeFile(path, content, { mode: 0o600 })
    }
  } catch (error) {
    await discard()
    throw error
  }
  return {
    async commit(clear) {
      await clear()
      if (files.length > 0) await rename(draft, directory)
    },
    discard,
  }
}
