import { UserError } from '../common/user-error.ts'
import {
  type Fetch,
  type Listening,
  type ListenOptions,
  listen,
  type OnBadRequest,
} from '../server/listen.ts'

/**
 * Serves until the user or the system says stop (SIGINT, SIGTERM); requests in flight may end, a second signal cuts them.
 * @param close ends what is behind the answers
 * @returns where the server is
 * @throws {UserError} when it cannot listen there
 */
export async function run(
  fetch: Fetch,
  address: ListenOptions,
  close: () => unknown = () => {},
): Promise<string> {
  const server = await listenOn(fetch, address)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      console.log('Stopping.')
      await server.close()
      await close()
    })
  }
  return server.url
}

/** @throws {UserError} when it cannot listen there */
export function listenOn(
  fetch: Fetch,
  address: ListenOptions,
  onUnusable?: OnBadRequest,
): Promise<Listening> {
  return listen(fetch, address, onUnusable).catch((error) => {
    throw toListenError(error, address)
  })
}

function toListenError(error: NodeJS.ErrnoException, { host, port }: ListenOptions): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new UserError(
        `Port ${port} is taken. Stop what runs there, or choose another port: --port 0 takes a free one.`,
      )
    case 'EACCES':
      return new UserError(
        `Port ${port} is reserved for administrators. Choose one above 1023, such as --port 4000.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UserError(
        `"${host}" is no address of this machine. Use --host 127.0.0.1, or --host 0.0.0.0 for every one it has.`,
      )
    default:
      return error
  }
}
