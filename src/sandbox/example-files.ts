import type { FileStorage } from '../server/files.ts'
import type { ExampleFile } from '../variants/sandbox-data.ts'

/**
 * Adds the uploaded files of the examples to a storage. Each is written when it is first needed, because most
 * sandboxes need none. Does nothing for S3.
 */
export function withExampleFiles(storage: FileStorage, examples: readonly ExampleFile[]): FileStorage {
  const { port, handle } = storage
  if (!handle || examples.length === 0) return storage
  const written = new Map<string, Promise<unknown>>()

  async function upload({ key, contentType, content }: ExampleFile): Promise<void> {
    const expiresAt = Date.UTC(9999, 0)
    const url = new URL(await port.uploadUrl({ key, contentType, maxBytes: content.byteLength, expiresAt }))
    // `handle` takes the key as the path. It never overwrites a file that a persistent sandbox has kept.
    const request = { method: 'PUT', headers: { 'content-type': contentType }, body: content }
    await handle?.(new Request(new URL(`/${key}${url.search}`, url), request))
  }

  return {
    ...storage,
    port: {
      ...port,
      async head(key) {
        const example = examples.find((file) => file.key === key)
        if (example && !written.has(key)) written.set(key, upload(example))
        await written.get(key)
        return port.head(key)
      },
    },
    async clear() {
      await storage.clear()
      written.clear()
    },
  }
}
