import { AwsClient } from 'aws4fetch'
import { type Files, isFolder, typeOfKey } from '../core/files.ts'
import { StoreUnavailableError } from '../core/store.ts'

export interface S3FilesOptions {
  /** Address of the bucket, path style or virtual-hosted, without a slash at its end. */
  bucketUrl: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  /** Where everybody can read what is in the bucket; by default the bucket's own address. */
  publicUrl?: string | undefined
  now: () => number
}

/**
 * Images in any storage that speaks S3. A presigned PUT holds the content type, but S3 has no way to hold a size limit in
 * it: `checkUpload` looks at the size afterwards.
 */
export function createS3Files({
  bucketUrl,
  region,
  accessKeyId,
  secretAccessKey,
  publicUrl = bucketUrl,
  now,
}: S3FilesOptions): Files {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 2 })

  const addressOf = (key: string) => {
    if (!typeOfKey(key)) throw new TypeError('That is no key of a file.')
    return `${bucketUrl}/${key}`
  }

  /** @returns the storage's answer when it is a success or "no such file" */
  const call = (method: string, key: string, headers?: HeadersInit): Promise<Response> =>
    send(method, addressOf(key), headers)

  const send = async (method: string, address: string, headers: HeadersInit = {}): Promise<Response> => {
    const answer = await client
      .fetch(address, { method, headers, redirect: 'error', signal: AbortSignal.timeout(10_000) })
      .catch((cause: unknown) => {
        throw new StoreUnavailableError('The storage of uploads cannot be reached.', { cause })
      })
    if (answer.ok || answer.status === 404) return answer
    await answer.body?.cancel()
    throw new StoreUnavailableError(`The storage of uploads answered ${method} with ${answer.status}.`)
  }

  /** A page of what is in a folder (ListObjectsV2): at most 1000. */
  const list = async (folder: string): Promise<string[]> => {
    const query = new URLSearchParams({ 'list-type': '2', prefix: `${folder}/` })
    const page = await (await send('GET', `${bucketUrl}/?${query}`)).text()
    return [...page.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key).filter(typeOfKey)
  }

  const remove = async (key: string) => {
    await (await call('DELETE', key)).body?.cancel()
  }

  return {
    async uploadUrl({ key, contentType, expiresAt }) {
      const seconds = Math.max(1, Math.floor((expiresAt - now()) / 1000))
      const signed = await client.sign(`${addressOf(key)}?X-Amz-Expires=${seconds}`, {
        method: 'PUT',
        headers: { 'Content-Type': contentType },
        // By itself the library leaves Content-Type out of what it signs.
        aws: { signQuery: true, allHeaders: true },
      })
      return signed.url
    },
    async head(key) {
      const answer = await call('HEAD', key)
      if (answer.status === 404) return undefined
      const { headers } = answer
      return { contentType: headers.get('Content-Type') ?? '', size: Number(headers.get('Content-Length')) }
    },
    async read(key, bytes) {
      const answer = await call('GET', key, { Range: `bytes=0-${bytes - 1}` })
      if (answer.status !== 404) return (await answer.bytes()).subarray(0, bytes)
      await answer.body?.cancel()
      return new Uint8Array()
    },
    remove,
    async removeAll(folder) {
      if (!isFolder(folder)) throw new TypeError('That is no folder of files.')
      for (let keys = await list(folder); keys.length > 0; keys = await list(folder))
        for (const key of keys) await remove(key)
    },
    publicUrl: (key) => `${publicUrl}/${key}`,
  }
}
