import { randomUUID } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { jwtVerify, SignJWT } from 'jose'
import { moveToFreePath } from '../common/atomic-file.ts'
import { type Files, isFolder, typeOfKey } from '../core/files.ts'
import { StoreUnavailableError } from '../core/store.ts'

export interface LocalFilesOptions {
  /** Belongs to this server alone. */
  directory: string
  /** Public address of `handle`, without a slash at its end. */
  baseUrl: string
  /** 32 bytes or more each. The first one signs upload addresses, what any of them signed is good. */
  secrets: readonly Uint8Array[]
  now: () => number
  /** Whether a file is for everybody to see yet; all are without it. */
  isPublic?: (key: string) => Promise<boolean>
}

/** Images in a directory, and the handler that takes and shows them. */
export function createLocalFiles({
  directory,
  baseUrl,
  secrets,
  now,
  isPublic = async () => true,
}: LocalFilesOptions) {
  const arriving = join(directory, '.arriving')
  rmSync(arriving, { recursive: true, force: true })

  /** @throws for what is no key, before it can name anything outside of the directory */
  const pathOf = (key: string) => {
    if (!typeOfKey(key)) throw new TypeError('That is no key of a file.')
    return join(directory, key)
  }

  const files: Files = {
    async uploadUrl({ key, contentType, maxBytes, expiresAt }) {
      const [secret] = secrets
      if (!secret) throw new TypeError('There is no secret to sign with')
      const permit = await new SignJWT({ maxBytes })
        .setProtectedHeader({ alg: 'HS256', typ: 'upload' })
        .setSubject(key)
        .setAudience(contentType)
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .sign(secret)
      return `${baseUrl}/${key}?permit=${permit}`
    },
    async head(key) {
      const found = await unlessMissing(stat(pathOf(key)))
      return found && { contentType: typeOfKey(key) ?? '', size: found.size }
    },
    async read(key, bytes) {
      const file = await unlessMissing(open(pathOf(key)))
      if (!file) return new Uint8Array()
      try {
        const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
    remove: (key) => whileWriting(rm(pathOf(key), { force: true })),
    async removeAll(folder) {
      if (!isFolder(folder)) throw new TypeError('That is no folder of files.')
      await whileWriting(rm(join(directory, folder), { recursive: true, force: true }))
    },
    publicUrl: (key) => `${baseUrl}/${key}`,
  }

  const take = async (key: string, request: Request): Promise<Response> => {
    const contentType = request.headers.get('Content-Type') ?? ''
    const sent = new URL(request.url).searchParams.get('permit') ?? ''
    const verified = (secret: Uint8Array) =>
      jwtVerify(sent, secret, {
        algorithms: ['HS256'],
        typ: 'upload',
        subject: key,
        requiredClaims: ['exp', 'aud', 'maxBytes'],
        currentDate: new Date(now()),
      })
    const permit = await Promise.any(secrets.map(verified)).catch(() => undefined)
    if (!permit) return refusal(403, 'This upload address is not valid, or no longer.')
    if (permit.payload.aud !== contentType)
      return refusal(415, `Content-Type must be ${permit.payload.aud}, as this address was made for.`)
    const maxBytes = Number(permit.payload.maxBytes)
    const tooLarge = () => refusal(413, `The file must not exceed ${maxBytes} bytes.`)
    if (Number(request.headers.get('Content-Length')) > maxBytes) return tooLarge()

    const temporary = join(arriving, randomUUID())
    const path = pathOf(key)
    try {
      await whileWriting(mkdir(arriving, { recursive: true }))
      await whileWriting(mkdir(dirname(path), { recursive: true }))
      const file = await whileWriting(open(temporary, 'wx'))
      try {
        if (!(await writeAtMost(file, request.body, maxBytes))) return tooLarge()
      } finally {
        await file.close()
      }
      // Never replaces: what was looked at and accepted stays what it is.
      await whileWriting(moveToFreePath(temporary, path))
      return new Response(null, { status: 200 })
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return refusal(409, 'A file was uploaded to this address before.')
      if (codeOf(error) === 'ENOENT') return refusal(403, 'This upload address is no longer valid.')
      if (codeOf(error) === 'ECONNRESET') return refusal(400, 'The upload broke off.')
      throw error
    } finally {
      await rm(temporary, { force: true })
    }
  }

  const show = async (key: string, request: Request): Promise<Response> => {
    const found = (await isPublic(key)) ? await files.head(key) : undefined
    if (!found) return refusal(404, 'There is no such file.')
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
   * Answers what arrives below `baseUrl`; the path of the request is the key alone, as Hono's `mount` hands it over.
   * @throws {StoreUnavailableError} when the directory cannot be written
   */
  const handle = async (request: Request): Promise<Response> => {
    const key = new URL(request.url).pathname.slice(1)
    if (!typeOfKey(key)) return refusal(404, 'There is no such file.')
    if (request.method === 'PUT') return take(key, request)
    if (request.method === 'GET' || request.method === 'HEAD') return show(key, request)
    return refusal(405, 'Only GET, HEAD and PUT are possible here.', { Allow: 'GET, HEAD, PUT' })
  }

  return { ...files, handle }
}

/** @returns whether all of the body was written, and is on the disk; false as soon as it is too much */
async function writeAtMost(file: FileHandle, body: ReadableStream<Uint8Array> | null, maxBytes: number) {
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) return false
    await whileWriting(file.writeFile(chunk))
  }
  await whileWriting(file.sync())
  return true
}

function refusal(status: number, text: string, headers: HeadersInit = {}) {
  return new Response(`${text}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers },
  })
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(String(codeOf(error)))) return undefined
    throw error
  }
}

async function whileWriting<T>(result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO', 'EMFILE'].includes(String(codeOf(error))))
      throw new StoreUnavailableError('The directory of uploads cannot be written.', { cause: error })
    throw error
  }
}
