import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { jwtVerify, SignJWT } from 'jose'
import { moveToFreePath } from '../common/atomic-file.ts'
import { type Files, isFolder, typeOfKey } from '../core/files.ts'
import { StoreUnavailableError } from '../core/store.ts'
import { createDrafts } from './local-drafts.ts'

export interface LocalFilesOptions {
  /** A directory that nothing else uses. */
  directory: string
  /** The public URL of `handle`, without a trailing slash. */
  baseUrl: string
  /**
   * Secrets of at least 32 bytes. The first one signs upload URLs; signatures of all of them are accepted.
   */
  secrets: readonly Uint8Array[]
  now: () => number
  /** Tells whether a file may be served. By default, all may be. */
  isPublic?: (key: string) => Promise<boolean>
  /** The time limit of one upload in milliseconds. 30,000 by default, a little more than the listener's. */
  uploadTimeoutMs?: number
}

/** Creates file storage in a directory, and the request handler that receives and serves the files. */
export function createLocalFiles({
  directory,
  baseUrl,
  secrets,
  now,
  isPublic = async () => true,
  uploadTimeoutMs = 30_000,
}: LocalFilesOptions) {
  const staleAfterMs = 2 * uploadTimeoutMs
  const drafts = createDrafts(join(directory, '.arriving'), staleAfterMs)

  /** @throws {TypeError} when the key is invalid, so that it cannot lead out of the directory */
  const pathOf = (key: string) => {
    if (!typeOfKey(key)) throw new TypeError('Invalid file key.')
    return join(directory, key)
  }

  const files: Files = {
    async uploadUrl({ key, contentType, maxBytes, expiresAt }) {
      const [secret] = secrets
      if (!secret) throw new TypeError('There is no secret to sign with.')
      const uploadToken = await new SignJWT({ maxBytes })
        .setProtectedHeader({ alg: 'HS256', typ: 'upload' })
        .setSubject(key)
        .setAudience(contentType)
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .sign(secret)
      return `${baseUrl}/${key}?permit=${uploadToken}`
    },
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
    publicUrl: (key) => `${baseUrl}/${key}`,
  }

  const receive = async (key: string, request: Request): Promise<Response> => {
    const contentType = request.headers.get('Content-Type') ?? ''
    const uploadToken = new URL(request.url).searchParams.get('permit') ?? ''
    const verify = (secret: Uint8Array) =>
      jwtVerify(uploadToken, secret, {
        algorithms: ['HS256'],
        typ: 'upload',
        subject: key,
        requiredClaims: ['exp', 'aud', 'maxBytes'],
        currentDate: new Date(now()),
      })
    const verified = await Promise.any(secrets.map(verify)).catch(() => undefined)
    if (!verified) return textResponse(403, 'This upload URL is invalid or has expired.')
    if (verified.payload.aud !== contentType)
      return textResponse(415, `This upload URL requires Content-Type: ${verified.payload.aud}.`)
    const maxBytes = Number(verified.payload.maxBytes)
    const tooLarge = () => textResponse(413, `The file must not exceed ${maxBytes} bytes.`)
    if (Number(request.headers.get('Content-Length')) > maxBytes) return tooLarge()

    const path = pathOf(key)
    const staleAt = Date.now() + staleAfterMs
    const draft = await withStoreErrors(drafts.open(key)).catch((error) => {
      if (errorCode(error) === 'EEXIST') return undefined
      throw error
    })
    if (!draft) return textResponse(409, 'An upload to this URL is already in progress.')
    const tooSlow = () =>
      textResponse(408, `The upload took longer than ${uploadTimeoutMs / 1000} seconds. Try again.`)
    try {
      try {
        // Before the body, so that nothing is written in vain. `moveToFreePath` decides.
        if (await files.head(key)) return alreadyUploaded()
        const result = await writeAtMost(draft.file, request.body, { maxBytes, timeoutMs: uploadTimeoutMs })
        if (result === 'tooLarge') return tooLarge()
        // A disk can hang for longer than drafts are kept. The draft could then be another upload's.
        if (result === 'tooSlow' || Date.now() > staleAt) return tooSlow()
      } finally {
        await draft.file.close()
      }
      await withStoreErrors(mkdir(dirname(path), { recursive: true, mode: 0o700 }))
      // Never replaces a file, because its content may have been checked and accepted already.
      await withStoreErrors(moveToFreePath(draft.path, path))
      return new Response(null, { status: 200 })
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return alreadyUploaded()
      if (errorCode(error) === 'ENOENT') return textResponse(403, 'This upload URL is no longer valid.')
      if (errorCode(error) === 'ECONNRESET') return textResponse(400, 'The upload was interrupted.')
      throw error
    } finally {
      await rm(draft.path, { force: true })
    }
  }

  const serve = async (key: string, request: Request): Promise<Response> => {
    const found = (await isPublic(key)) ? await files.head(key) : undefined
    if (!found) return textResponse(404, 'File not found.')
    const headers = {
      'Content-Type': found.contentType,
      'Content-Length': String(found.size),
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'cross-origin',
    }
    if (request.method === 'HEAD') return new Response(null, { headers })
    return new Response(Readable.toWeb(createReadStream(pathOf(key))) as ReadableStream, { headers })
  }

  /**
   * Responds to a request below `baseUrl`. The path of the request must be the key only, as Hono's `mount`
   * passes it.
   * @throws {StoreUnavailableError} when the directory cannot be written
   */
  const handle = async (request: Request): Promise<Response> => {
    const key = new URL(request.url).pathname.slice(1)
    if (!typeOfKey(key)) return textResponse(404, 'File not found.')
    if (request.method === 'PUT') return receive(key, request)
    if (request.method === 'GET' || request.method === 'HEAD') return serve(key, request)
    return textResponse(405, 'Method not allowed. Use GET, HEAD or PUT.', { Allow: 'GET, HEAD, PUT' })
  }

  return { ...files, handle, sweepUnfinished: drafts.sweep }
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

const alreadyUploaded = () => textResponse(409, 'A file has already been uploaded to this URL.')

function textResponse(status: number, text: string, headers: HeadersInit = {}) {
  return new Response(`${text}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers },
  })
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
