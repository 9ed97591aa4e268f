import { UserError } from '../common/user-error.ts'
import type { OnBadRequest } from '../server/bad-requests.ts'
import { type Fetch, type Listening, type ListenOptions, listen } from '../server/listen.ts'
import type { Address } from './options.ts'
import { onParentGone } from './parent.ts'

/** A server of a command. */
export interface Handler {
  fetch: Fetch
  /** Creates the response to a request that is not valid HTTP, which `fetch` does not receive. */
  badRequest: OnBadRequest
  /** Closes the resources of the handler. Called after the last response. */
  close?: () => unknown
}

/**
 * Serves until SIGINT, SIGTERM or the end of npm, then lets open requests finish. A second signal ends the
 * process at once.
 * @param onListening runs after the port is known and before the first request; if it throws, the server
 *   stops
 * @returns the URL of the server
 * @throws {UserError} if the port or host cannot be used
 */
export async function serveUntilStopped(
  { fetch, badRequest, close }: Handler,
  address: Address,
  onListening: (url: string) => void = () => {},
): Promise<string> {
  const server = await listenOn(fetch, address, badRequest)
  try {
    onListening(server.url)
  } catch (error) {
    await server.close()
    throw error
  }
  reportMove(server)
  const stop = async () => {
    console.log('Stopping.')
    await server.close()
    await close?.()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  onParentGone(stop)
  return server.url
}

/** How many ports to try if the first one is in use. */
const attempts = 10

export interface Listener extends Listening {
  /** The port that was in use, if the server has moved to another one. */
  movedFrom?: number
}

/**
 * Starts an HTTP server. If the port is in use and `canMove` is set, takes the next free one.
 * @throws {UserError} if the port or host cannot be used
 */
export async function listenOn(
  fetch: Fetch,
  { host, port, canMove }: Address,
  onBadRequest?: OnBadRequest,
): Promise<Listener> {
  for (let next = port; ; next++) {
    try {
      const listening = await listen(fetch, { host, port: next }, onBadRequest)
      return { ...listening, ...(next !== port && { movedFrom: port }) }
    } catch (error) {
      const mayTryNext = canMove && next < port + attempts - 1 && next < 65_535
      if (!mayTryNext || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE')
        throw toListenError(error as NodeJS.ErrnoException, { host, port })
    }
  }
}

/** Tells users that a server listens on another port than they expect. */
export function reportMove({ movedFrom, url }: Listener): void {
  if (movedFrom !== undefined) console.log(`Port ${movedFrom} is in use; using ${new URL(url).port}.`)
}

function toListenError(error: NodeJS.ErrnoException, { host, port }: ListenOptions): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new UserError(
        `Port ${port} is in use. Pass another one with --port, or --port 0 for a free one.`,
      )
    case 'EACCES':
      return new UserError(
        port < 1024
          ? `Port ${port} needs administrator rights. Pass a port above 1023 with --port.`
          : `Port ${port} is reserved by the system. Pass another one with --port, or --port 0 for a free one. (On Windows, "netsh interface ipv4 show excludedportrange protocol=tcp" lists the reserved ports.)`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UserError(
        `This machine has no host or IP address "${host}". Pass --host 127.0.0.1, or --host 0.0.0.0 for all interfaces.`,
      )
    default:
      return error
  }
}
