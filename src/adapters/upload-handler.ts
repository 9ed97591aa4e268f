import { jwtVerify, SignJWT } from 'jose'
import { type Files, typeOfKey } from '../core/files.ts'

/** The result of storing an upload. */
export type StoreResult =
  | 'stored'
  | 'exists'
  | 'tooLarge'
  | 'tooSlow'
  | 'inProgress'
  | 'noLongerValid'
  | 'interrupted'

/** The storage behind a handler. Keys are valid. */
export interface UploadStorage {
  head: Files['head']
  /** Returns the content of a file that exists. */
  content: (key: string) => BodyInit
  /** Stores a new file. Never replaces one, because its content may have been checked and accepted already. */
  store: (key: string, body: Request['body'], maxBytes: number) => Promise<StoreResult>
}

export interface UploadHandlerOptions {
  storage: UploadStorage
  /** The public URL of `handle`, without a trailing slash. */
  baseUrl: string
  /**
   * Secrets of at least 32 bytes. The first one signs upload URLs; signatures of all of them are accepted.
   */
  secrets: readonly Uint8Array[]
  now: () => number
  /** Tells whether a file may be served. By default, all may be. */
  isPublic?: ((key: string) => Promise<boolean>) | undefined
  /** The time limit that the response to a slow upload names, in milliseconds. 30,000 by default. */
  uploadTimeoutMs?: number
}

export interface UploadHandler extends Pick<Files, 'uploadUrl' | 'publicUrl'> {
  /**
   * Responds to a request below `baseUrl`. The path of the request must be the key only, as Hono's `mount`
   * passes it.
   */
  handle: (request: Request) => Promise<Response>
}

/** Creates the handler that signs upload URLs, and receives and serves files. */
export function createUploadHandler({
  storage,
  baseUrl,
  secrets,
  now,
  isPublic = async () => true,
  uploadTimeoutMs = 30_000,
}: UploadHandlerOptions): UploadHandler {
  const rejections: Record<Exclude<StoreResult, 'stored' | 'tooLarge'>, [status: number, text: string]> = {
    exists: [409, 'A file has already been uploaded to this URL.'],
    tooSlow: [408, `The upload took longer than ${uploadTimeoutMs / 1000} seconds. Try again.`],
    inProgress: [409, 'An upload to this URL is already in progress.'],
    noLongerValid: [403, 'This upload URL is no longer valid.'],
    interrupted: [400, 'The upload was interrupted.'],
  }

  async function receive(key: string, request: Request): Promise<Response> {
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
    const isTooLarge = Number(request.headers.get('Content-Length')) > maxBytes
    const result = isTooLarge ? 'tooLarge' : await storage.store(key, request.body, maxBytes)
    if (result === 'stored') return new Response(null, { status: 200 })
    if (result === 'tooLarge') return textResponse(413, `The file must not exceed ${maxBytes} bytes.`)
    return textResponse(...rejections[result])
  }

  async function serve(key: string, request: Request): Promise<Response> {
    const found = (await isPublic(key)) ? await storage.head(key) : undefined
    if (!found) return textResponse(404, 'File not found.')
    const headers = {
      'Content-Type': found.contentType,
      'Content-Length': String(found.size),
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'cross-origin',
    }
    return new Response(request.method === 'HEAD' ? null : storage.content(key), { headers })
  }

  return {
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
    publicUrl: (key) => `${baseUrl}/${key}`,
    async handle(request) {
      const key = new URL(request.url).pathname.slice(1)
      if (!typeOfKey(key)) return textResponse(404, 'File not found.')
      if (request.method === 'PUT') return receive(key, request)
      if (request.method === 'GET' || request.method === 'HEAD') return serve(key, request)
      return textResponse(405, 'Method not allowed. Use GET, HEAD or PUT.', { Allow: 'GET, HEAD, PUT' })
    },
  }
}

function textResponse(status: number, text: string, headers: HeadersInit = {}) {
  return new Response(`${text}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers },
  })
}
