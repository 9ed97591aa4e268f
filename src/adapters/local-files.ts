import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { moveToFreePath } from '../common/atomic-file.ts'
import { type Files, isFolder, typeOfKey } from '../core/files.ts'
import { StoreUnavailableError } from '../core/store.ts'
import { createDrafts } from './local-drafts.ts'
import { createUploadHandler, type UploadHandlerOptions, type UploadStorage } from './upload-handler.ts'

export interface LocalFilesOptions extends Omit<UploadHandlerOptions, 'storage' | 'uploadTimeoutMs'> {
  /** A directory that nothing else uses. */
  directory: string
  /** The time limit of one upload in milliseconds. 30,000 by default, a little more than the listener's. */
  uploadTimeoutMs?: number
}

/** Creates file storage in a directory, and the request handler that receives and serves the files. */
export function createLocalFiles({ directory, uploadTimeoutMs = 30_000, ...options }: LocalFilesOptions) {
  const staleAfterMs = 2 * uploadTimeoutMs
  const drafts = createDrafts(join(directory, '.arriving'), staleAfterMs)

  /** @throws {TypeError} when the key is invalid, so that it cannot lead out of the directory */
  const pathOf = (key: string) => {
    if (!typeOfKey(key)) throw new TypeError('Invalid file key.')
    return join(directory, key)
  }

  const files: Pick<Files, 'head' | 'read' | 'remove' | 'removeAll'> = {
    async head(key) {
      const found = await undefinedIfMissing(stat(pathOf(key)))
      return found && { contentType: typeOfKey(key) ?? '', size: found.size }
    },
    async read(key, bytes) {
      const file = await undefinedIfMissing(open(pathOf(key)))
      if (!file) return new Uint8Array()
      try {
        const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
    remove: (key) => withStoreErrors(rm(pathOf(key), { force: true })),
    async removeAll(folder) {
      if (!isFolder(folder)) throw new TypeError('Invalid folder.')
      await withStoreErrors(rm(join(directory, folder), { recursive: true, force: true }))
    },
  }

  const store: UploadStorage['store'] = async (key, body, maxBytes) => {
    const path = pathOf(key)
    const staleAt = Date.now() + staleAfterMs
    const draft = await withStoreErrors(drafts.open(key)).catch((error) => {
      if (errorCode(error) === 'EEXIST') return undefined
      throw error
    })
    if (!draft) return 'inProgress'
    try {
      try {
        // Before the body, so that nothing is written in vain. `moveToFreePath` decides.
        if (await files.head(key)) return 'exists'
        const result = await writeAtMost(draft.file, body, { maxBytes, timeoutMs: uploadTimeoutMs })
        // A disk can hang for longer than drafts are kept. The draft could then be another upload's.
        if (result !== 'complete') return result
        if (Date.now() > staleAt) return 'tooSlow'
      } finally {
        await draft.file.close()
      }
      await withStoreErrors(mkdir(dirname(path), { recursive: true, mode: 0o700 }))
      await withStoreErrors(moveToFreePath(draft.path, path))
      return 'stored'
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return 'exists'
      if (errorCode(error) === 'ENOENT') return 'noLongerValid'
      if (errorCode(error) === 'ECONNRESET') return 'interrupted'
      throw error
    } finally {
      await rm(draft.path, { force: true })
    }
  }

  const content = (key: string) => Readable.toWeb(createReadStream(pathOf(key))) as ReadableStream
  const storage = { head: files.head, content, store }
  return {
    ...files,
    ...createUploadHandler({ ...options, storage, uploadTimeoutMs }),
    sweepUnfinished: drafts.sweep,
  }
}

/**
 * Writes a body to a file and flushes it to disk. Stops before the file exceeds `maxBytes`, and after
 * `timeoutMs`: a body that never ends would keep its file.
 */
async function writeAtMost(
  file: FileHandle,
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, timeoutMs }: { maxBytes: number; timeoutMs: number },
): Promise<'complete' | 'tooLarge' | 'tooSlow'> {
  const signal = AbortSignal.timeout(timeoutMs)
  let size = 0
  const sink = new WritableStream<Uint8Array>({
    async write(chunk) {
      size += chunk.byteLength
      if (size > maxBytes) throw new RangeError('The file is too large.')
      await withStoreErrors(file.writeFile(chunk))
    },
  })
  try {
    // The body stays open after a rejection, because cancelling it closes the connection without a response.
    await body?.pipeTo(sink, { signal, preventCancel: true })
  } catch (error) {
    if (size > maxBytes) return 'tooLarge'
    if (signal.aborted) return 'tooSlow'
    throw error
  }
  await withStoreErrors(file.sync())
  return 'complete'
}

const errorCode = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

async function undefinedIfMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(String(errorCode(error)))) return undefined
    throw error
  }
}

async function withStoreErrors<T>(result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO', 'EMFILE'].includes(String(errorCode(error))))
      throw new StoreUnavailableError('The upload directory cannot be written.', { cause: error })
    throw error
  }
}
