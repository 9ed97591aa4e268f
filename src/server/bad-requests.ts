import { type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { BadRequestStatus } from '../http/bad-request.ts'

/** A request that is rejected before a handler, because it is not valid HTTP. */
export interface BadRequest {
  status: BadRequestStatus
  reason: string
  ip: string | null
}

/** Logs a bad request, and creates its response. The response is plain text by default. */
export type OnBadRequest = (about: BadRequest) => Response | undefined

/** Bad requests do not reach the app and its headers. */
const headers = {
  // The response contains nothing secret, and the origin of the page may be unreadable.
  'access-control-allow-origin': '*',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Creates the response to a bad request. */
export function rejectBadRequest(about: BadRequest, onBadRequest: OnBadRequest): Response {
  const { status } = about
  const response = onBadRequest(about) ?? new Response(`${STATUS_CODES[status]}.\n`, { status })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** Responds to requests that Node's HTTP parser rejects. By default, Node sends no body. */
export function handleClientErrors(server: Server, onBadRequest: OnBadRequest): void {
  const latest = new WeakMap<Socket, ServerResponse>()
  server.on('request', ({ socket }, outgoing) => latest.set(socket, outgoing))
  server.on('clientError', async (error: NodeJS.ErrnoException, socket: Socket) => {
    const response = latest.get(socket)
    const isResponding = response?.headersSent && !response.writableFinished
    if (error.code === 'ECONNRESET' || !socket.writable || isResponding) {
      socket.destroy(error)
      return
    }
    const about = { status: statusOf(error), reason: error.message, ip: socket.remoteAddress ?? null }
    socket.write(await toText(rejectBadRequest(about, onBadRequest)))
    socket.destroySoon()
  })
}

function statusOf({ code }: NodeJS.ErrnoException): BadRequestStatus {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}

async function toText(response: Response): Promise<string> {
  const body = await response.text()
  const lines = [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}`,
    ...[...response.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
