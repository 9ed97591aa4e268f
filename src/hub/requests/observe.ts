import { textOfReply } from '../../http/reply.ts'
import type { Connection } from '../../server/server.ts'
import { urlWithoutPrefix, withoutPrefix } from '../../server/without-prefix.ts'
import type { Body, Entry, RequestLog } from './log.ts'

/** The controls and pages of a sandbox. Simulated providers are logged, as they are a part of sign-ins. */
const controls = /^\/sandbox\/[^/]+(?:\/~[^/]+)?\/__dev(?:\/|$)/

export interface Observed extends Pick<Entry, 'api' | 'server'> {
  request: Request
  /** The path of the request. */
  path: string
  /** The part of the path that the server does not get. */
  prefix: string
}

/** A response, and who created it. */
export interface Answer extends Pick<Entry, 'answeredBy' | 'note' | 'brokenAfter'> {
  response: Response
  /** The response as an upstream sent it, for its headers. */
  original?: Response
}

/**
 * Handles a request to a mock or sandbox, and adds it to the log with its response. Judging them is left to
 * readers of the log, and headers are not copied, because this runs for each request.
 */
export async function observe(
  log: RequestLog,
  { request, path, prefix, api, server }: Observed,
  handle: (request: Request) => Promise<Answer>,
): Promise<Response> {
  if (controls.test(path)) return (await handle(withoutPrefix(request, prefix))).response
  const startedAt = Date.now()
  const start = performance.now()
  const { method, url } = request
  const sent = await captureRequest(request, prefix, log.maxBodyBytes)
  const { response, answeredBy, note, brokenAfter, original } = await handle(sent.request)
  const received = await captureResponse(response, log.maxBodyBytes)
  const isKept = original === undefined && received.body?.isCut === false
  log.add({
    api,
    server,
    answeredBy,
    ...(note !== undefined && { note }),
    ...(brokenAfter !== undefined && { brokenAfter }),
    method,
    url,
    // The headers of the original request would keep its connection in memory.
    requestHeaders: sent.request === request ? new Headers(request.headers) : sent.request.headers,
    requestBody: sent.body(),
    response: isKept ? received.response : withoutBody(original ?? received.response),
    responseBody: received.body,
    startedAt,
    durationMs: performance.now() - start,
  })
  return received.response
}

/** Watches whether a fault of a sandbox breaks a connection. Without a socket, the sandbox throws instead. */
export function watchBreaks(connection: Partial<Connection>) {
  const { breakOff } = connection
  const broken: { brokenAfter?: number } = {}
  return {
    connection: {
      ...connection,
      breakOff:
        breakOff &&
        ((bytes: number) => {
          broken.brokenAfter = bytes
          breakOff(bytes)
        }),
    },
    result: () => broken,
  }
}

interface CapturedRequest {
  /** The request for the server. */
  request: Request
  body: () => Body | undefined
}

async function captureRequest(request: Request, prefix: string, max: number): Promise<CapturedRequest> {
  const { method, headers } = request
  const length = headers.get('content-length')
  // Without a length and chunks, a request that came over HTTP/1.1, and so has a host, has no body (RFC 9112,
  // section 6.3). Servers of Node show an empty stream.
  const isUnframed = length === null && headers.has('host') && !headers.has('transfer-encoding')
  if (['GET', 'HEAD', 'TRACE'].includes(method) || length === '0' || isUnframed)
    return { request: withoutPrefix(request, prefix), body: () => undefined }
  const target = prefix === '' ? request.url : urlWithoutPrefix(request.url, prefix)
  // Mocks stop waiting when the client is gone. Sandboxes do not look at the signal, which is slow to create.
  const withBody = (body: BodyInit, init: object = {}) =>
    new Request(target, { method, headers, body, ...init, ...(prefix === '' && { signal: request.signal }) })
  if (length === null || Number(length) > max) {
    const { body } = request
    return body
      ? captureStream(body, withBody, max)
      : { request: withoutPrefix(request, prefix), body: () => undefined }
  }
  try {
    const body = { content: new Uint8Array(await request.arrayBuffer()), isCut: false }
    return { request: withBody(body.content), body: () => body }
  } catch (error) {
    // The client is gone. The server responds to the incomplete body as without a log.
    const body = new ReadableStream({ start: (controller) => controller.error(error) })
    return { request: withBody(body, { duplex: 'half' }), body: () => undefined }
  }
}

/** Copies the beginning of a long body while the server reads it, so that the server can reject it early. */
function captureStream(
  stream: ReadableStream<Uint8Array>,
  withBody: (body: BodyInit, init: object) => Request,
  max: number,
): CapturedRequest {
  const chunks: Uint8Array[] = []
  let length = 0
  let isComplete = false
  const copied = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (length < max) chunks.push(chunk.slice(0, max - length))
      length += chunk.length
      controller.enqueue(chunk)
    },
    flush() {
      isComplete = true
    },
  })
  return {
    request: withBody(stream.pipeThrough(copied), { duplex: 'half' }),
    body: () => ({ content: Buffer.concat(chunks), isCut: !isComplete || length > max }),
  }
}

async function captureResponse(
  response: Response,
  max: number,
): Promise<{ response: Response; body: Body | undefined }> {
  const text = textOfReply(response)
  if (text !== undefined) return { response, body: cut(text, max) }
  const { status, statusText, headers } = response
  // A stream of events has no end.
  if (headers.get('content-type')?.startsWith('text/event-stream')) return { response, body: undefined }
  const bytes = new Uint8Array(await response.arrayBuffer())
  // Some statuses forbid even an empty body.
  return {
    response: new Response(bytes.length > 0 ? bytes : null, { status, statusText, headers }),
    body: cut(bytes, max),
  }
}

/** The log must not keep a body that it has cut. */
const withoutBody = ({ status, headers }: Response) => new Response(null, { status, headers })

function cut(content: string | Uint8Array, max: number): Body | undefined {
  if (content.length === 0) return undefined
  const isCut = content.length > max
  return { content: isCut ? content.slice(0, max) : content, isCut }
}
