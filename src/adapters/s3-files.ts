import { AwsClient } from 'aws4fetch'
import { type Files, isFolder, typeOfKey } from '../core/files.ts'
import { StoreUnavailableError } from '../core/store.ts'

export interface S3FilesOptions {
  /** The URL of the bucket, path-style or virtual-hosted, without a trailing slash. */
  bucketUrl: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  /** The public base URL of the files; the URL of the bucket by default. */
  publicUrl?: string | undefined
  now: () => number
}

/**
 * Creates file storage on any service with an S3 API. A presigned PUT enforces the content type, but S3
 * cannot enforce a size limit with it. Instead, `checkUpload` checks the size after the upload.
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

  const urlOf = (key: string) => {
    if (!typeOfKey(key)) throw new TypeError('Invalid file key.')
    return `${bucketUrl}/${key}`
  }

  /** Sends a request for a file. Returns successful responses and 404; other statuses throw. */
  const call = (method: string, key: string, headers?: HeadersInit): Promise<Response> =>
    send(method, urlOf(key), headers)

  const send = async (method: string, url: string, headers: HeadersInit = {}): Promise<Response> => {
    const response = await client
      .fetch(url, { method, headers, redirect: 'error', signal: AbortSignal.timeout(10_000) })
      .catch((cause: unknown) => {
        throw new StoreUnavailableError('The upload storage cannot be reached.', { cause })
      })
    if (response.ok || response.status === 404) return response
    await response.body?.cancel()
    throw new StoreUnavailableError(`The upload storage responded to ${method} with ${response.status}.`)
  }

  /** Lists up to 1000 files of a folder (one page of ListObjectsV2). */
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
      const signed = await client.sign(`${urlOf(key)}?X-Amz-Expires=${seconds}`, {
        method: 'PUT',
        headers: { 'Content-Type': contentType },
        // By default, the library does not sign Content-Type.
        aws: { signQuery: true, allHeaders: true },
      })
      return signed.url
    },
    async head(key) {
      const response = await call('HEAD', key)
      if (response.status === 404) return undefined
      const { headers } = response
      return { contentType: headers.get('Content-Type') ?? '', size: Number(headers.get('Content-Length')) }
    },
    async read(key, bytes) {
      const response = await call('GET', key, { Range: `bytes=0-${bytes - 1}` })
      if (response.status !== 404) return (await response.bytes()).subarray(0, bytes)
      await response.body?.cancel()
      return new Uint8Array()
    },
    remove,
    async removeAll(folder) {
      if (!isFolder(folder)) throw new TypeError('Invalid folder.')
      for (let keys = await list(folder); keys.length > 0; keys = await list(folder))
        for (const key of keys) await remove(key)
    },
    publicUrl: (key) => `${publicUrl}/${key}`,
  }
}
