import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener, RequestError } from '@hono/node-server'
import { handleClientErrors, type OnBadRequest, rejectBadRequest } from './bad-requests.ts'
import { breakOff } from './break-off.ts'
import type { Connection } from './server.ts'

/** A listening HTTP server. */
export interface Listening {
  url: string
  server: Server
  /** Stops listening. Requests in flight get one second. */
  close: () => Promise<void>
}

export interface ListenOptions {
  host: string
  port: number
}

/** Handles a request. */
export type Fetch = (request: Request, connection: Connection) => Promise<Response> | Response

/** Time for requests in flight before their connections are closed, in milliseconds. */
const closeGraceMs = 1000

/**
 * Longer than proxies keep idle connections (120 s in Caddy, 60 s in nginx), in milliseconds. A connection
 * that the server closes while a proxy sends a POST results in a 502, as proxies do not retry a POST.
 */
const keepAliveTimeout = 125_000

/**
 * Serves a Web-standard handler over HTTP.
 * @param options host and port; port 0 uses a free one
 * @param onBadRequest logs and answers requests that are not valid HTTP, which no handler receives
 * @throws {NodeJS.ErrnoException} when listening fails (`EADDRINUSE`, `EACCES`, `ENOTFOUND`, ...)
 * @example
 * const { url, close } = await listen(server.fetch, { host: '127.0.0.1', port: 4020 })
 */
export async function listen(
  fetch: Fetch,
  { host, port }: ListenOptions,
  onBadRequest: OnBadRequest = () => undefined,
): Promise<Listening> {
  /** The current request. A bad one is reported synchronously, before the next request arrives. */
  let latest: IncomingMessage | undefined
  const listener = getRequestListener(
    (request, bindings) => {
      const incoming = bindings.incoming as IncomingMessage
      const response = fetch(request, {
        ip: incoming.socket.remoteAddress ?? null,
        breakOff: (bytes) => breakOff(incoming, bindings.outgoing as ServerResponse, bytes),
      })
      return mayOutliveResponse(incoming) ? closeIfUnread(incoming, response) : response
    },
    {
      // HTTP/1.0 has no `Host`, and health checks use it. Node rejects HTTP/1.1 without `Host`.
      hostname: 'localhost',
      errorHandler(error) {
        if (!(error instanceof RequestError)) return new Response(null, { status: 500 })
        const ip = latest?.socket.remoteAddress ?? null
        return rejectBadRequest({ status: 400, reason: error.message, ip }, onBadRequest)
      },
    },
  )
  // Limit how long a slow client can occupy a connection (ASVS 15.2.2).
  const server = createServer(
    {
      headersTimeout: 15_000,
      requestTimeout: 25_000,
      connectionsCheckingInterval: 4_000,
      keepAliveTimeout,
      maxHeaderSize,
    },
    (incoming, outgoing) => {
      // Asks about the server as a whole (RFC 9110, section 9.3.7), so it has no URL.
      if (incoming.method === 'OPTIONS' && incoming.url === '*') {
        outgoing.writeHead(204).end()
        return
      }
      latest = incoming
      void listener(incoming, outgoing)
    },
  )
  handleClientErrors(server, onBadRequest)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${displayName(host)}:${actual}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        setTimeout(() => server.closeAllConnections(), closeGraceMs).unref()
      }),
  }
}

/** In bytes. The cookies of all apps on localhost go to each of them, and exceed Node's default of 16 KiB. */
const maxHeaderSize = 64 * 1024

/** In bytes. The listener reads the rest of a smaller body after the response and keeps the connection. */
const smallBody = 16 * 1024

/** Returns whether a response can be sent while much of the body is still to arrive. */
function mayOutliveResponse({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > smallBody
}

/** How long the rest of a body is read after the response, in milliseconds, like that of the listener. */
const lingerMs = 500

/**
 * Announces the end of the connection if the body was not read (RFC 9112, section 9.6). The next request
 * would be lost.
 */
async function closeIfUnread(
  incoming: IncomingMessage,
  pending: Response | Promise<Response>,
): Promise<Response> {
  const { status, statusText, headers, body } = await pending
  const all = new Headers(headers)
  if (!incoming.complete) {
    all.set('connection', 'close')
    closeInStages(incoming.socket)
  }
  return new Response(body, { status, statusText, headers: all })
}

/**
 * Makes Node close a connection in stages after the response: a client that still writes to a closed one gets
 * a reset, which can erase the response before it is read (RFC 9112, section 9.6).
 */
function closeInStages(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end()
    socket.resume()
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }
}

/**
 * Returns the host for the server's URL. Loopback becomes `localhost`, so that cookies are shared with
 * frontends.
 */
function displayName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
