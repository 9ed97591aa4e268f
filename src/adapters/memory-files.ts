import { type FileArchive, type Files, isFolder, typeOfKey } from '../core/files.ts'
import { createUploadHandler, type UploadHandler, type UploadHandlerOptions } from './upload-handler.ts'

/** Creates file storage in memory, and the request handler that receives and serves the files. */
export function createMemoryFiles(
  options: Omit<UploadHandlerOptions, 'storage' | 'uploadTimeoutMs'>,
): Files & UploadHandler & { clear: () => void; archive: FileArchive } {
  const contents = new Map<string, Uint8Array<ArrayBuffer>>()
  const head: Files['head'] = async (key) => {
    const size = contents.get(key)?.byteLength
    return size === undefined ? undefined : { contentType: typeOfKey(key) ?? '', size }
  }
  const handler = createUploadHandler({
    ...options,
    storage: {
      head,
      content: (key) => contents.get(key) ?? '',
      async store(key, body, maxBytes) {
        const content = new Uint8Array(await new Response(body).arrayBuffer())
        if (content.byteLength > maxBytes) return 'tooLarge'
        if (contents.has(key)) return 'exists'
        contents.set(key, content)
        return 'stored'
      },
    },
  })
  return {
    ...handler,
    head,
    read: async (key, bytes) => contents.get(key)?.subarray(0, bytes) ?? new Uint8Array(),
    async remove(key) {
      contents.delete(key)
    },
    async removeAll(folder) {
      if (!isFolder(folder)) throw new TypeError('Invalid folder.')
      for (const key of [...contents.keys()]) if (key.startsWith(`${folder}/`)) contents.delete(key)
    },
    clear: () => contents.clear(),
    archive: {
      async *readAll() {
        for (const [key, content] of contents) yield { key, content }
      },
      prepare: async (files) => ({
        async commit(clear) {
          await clear()
          for (const { key, content } of files) contents.set(key, new Uint8Array(content))
        },
        discard: async () => {},
      }),
    },
  }
}
