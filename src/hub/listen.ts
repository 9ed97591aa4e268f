import { createServer, type IncomingMessage, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { giveRequestId } from '../server/request-id.ts'

/** A running server: where it is, and how to end it. */
export type Listening = { url: string; server: Server; close: () => Promise<void> }
export type Address = { host: string; port: number }

/** Answers a request. The address is that of the other end of its connection. */
export type Fetch = (request: Request, connection: { address: string | null }) => Promise<Response> | Response

/** How long requests in flight may take to end before their connections are cut, in milliseconds. */
const GRACE = 1000

/**
 * Serves a Web-standard handler over HTTP.
 * @param address port 0 takes a free one
 * @throws {NodeJS.ErrnoException} when the address cannot be listened on (`EADDRINUSE`, `EACCES`, `ENOTFOUND`, ...)
 */
export async function listen(fetch: Fetch, { host, port }: Address): Promise<Listening> {
  const listener = getRequestListener((request, { incoming }) => {
    // Before anybody reads the headers, which are made from these when they are first asked for.
    giveRequestId(incoming as IncomingMessage)
    return fetch(request, { address: (incoming as IncomingMessage).socket.remoteAddress ?? null })
  })
  // Whoever sends a request more slowly than this holds a connection for nothing (ASVS 15.2.2).
  const server = createServer(
    { headersTimeout: 15_000, requestTimeout: 25_000, connectionsCheckingInterval: 4_000 },
    listener,
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
        setTimeout(() => server.closeAllConnections(), GRACE).unref()
      }),
  }
}

/** The name under which this machine reaches an address. On loopback it is the one that frontends use, for cookies. */
function displayName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
