import { createServer, type IncomingMessage, type Server } from 'node:http'
import { getRequestListener, RequestError } from '@hono/node-server'

/** A running server: where it is, and how to end it. */
export interface Listening {
  url: string
  server: Server
  close: () => Promise<void>
}
export interface Address {
  host: string
  port: number
}

/** Answers a request. The address is that of the other end of its connection. */
export type Fetch = (request: Request, connection: { ip: string | null }) => Promise<Response> | Response

/** Is told of requests that no handler gets to see, because their target or `Host` makes no address. */
export type OnUnusable = (about: { status: number; reason: string; ip: string | null }) => void

/** How long requests in flight may take to end before their connections are cut, in milliseconds. */
const closeGraceMs = 1000

/** No app has set any when the listener refuses a request. */
const refusalHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/**
 * Serves a Web-standard handler over HTTP.
 * @param address port 0 takes a free one @param onUnusable for the log
 * @throws {NodeJS.ErrnoException} when the address cannot be listened on (`EADDRINUSE`, `EACCES`, `ENOTFOUND`, ...)
 */
export async function listen(
  fetch: Fetch,
  { host, port }: Address,
  onUnusable: OnUnusable = () => {},
): Promise<Listening> {
  /** The request that just came. An unusable one is told of before the next one comes. */
  let latest: IncomingMessage | undefined
  const listener = getRequestListener(
    (request, { incoming }) =>
      fetch(request, { ip: (incoming as IncomingMessage).socket.remoteAddress ?? null }),
    {
      errorHandler(error) {
        if (!(error instanceof RequestError)) return new Response(null, { status: 500 })
        const about = { status: 400, reason: error.message, ip: latest?.socket.remoteAddress ?? null }
        onUnusable(about)
        return new Response('That is no request for this server.\n', {
          status: 400,
          headers: refusalHeaders,
        })
      },
    },
  )
  // Whoever sends a request more slowly than this holds a connection for nothing (ASVS 15.2.2).
  const server = createServer(
    { headersTimeout: 15_000, requestTimeout: 25_000, connectionsCheckingInterval: 4_000 },
    (incoming, outgoing) => {
      latest = incoming
      void listener(incoming, outgoing)
    },
  )
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

/** The name under which this machine reaches an address. On loopback it is the one that frontends use, for cookies. */
function displayName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
