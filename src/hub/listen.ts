import { createAdaptorServer } from '@hono/node-server'

/** A running server: where it is, and how to end it. */
export type Listening = { url: string; close: () => Promise<void> }
export type Address = { host: string; port: number }

/** How long requests in flight may take to end before their connections are cut, in milliseconds. */
const GRACE = 1000

/**
 * Serves a Web-standard handler over HTTP.
 * @param address port 0 takes a free one
 * @throws {NodeJS.ErrnoException} when the address cannot be listened on (`EADDRINUSE`, `EACCES`, `ENOTFOUND`, ...)
 */
export async function listen(
  fetch: (request: Request) => Promise<Response> | Response,
  { host, port }: Address,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${displayName(host)}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), GRACE).unref()
      }),
  }
}

/** The name under which this machine reaches an address. On loopback it is the one that frontends use, for cookies. */
function displayName(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
