import type { Connection, RunningServer } from '../server/server.ts'

type Fetch = RunningServer['fetch']

/**
 * Breaks connections that have no socket, as in tests: the promise rejects as that of `fetch` does, or the
 * body ends with an error.
 */
export function breakInProcess(fetch: Fetch): Fetch {
  return async function breakInProcess(request, connection = {}) {
    if (connection.breakOff) return fetch(request, connection)
    let bytes: number | undefined
    const breakOff: Connection['breakOff'] = (after) => {
      bytes = after
    }
    const response = await fetch(request, { ...connection, breakOff })
    if (bytes === undefined) return response
    if (bytes === 0) throw networkError('fetch failed')
    return truncate(response, bytes)
  }
}

/** Tells whether a request failed because a fault broke its connection. */
export const isBrokenConnection = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof BrokenConnection

class BrokenConnection extends Error {
  /** As the operating system reports it. */
  readonly code = 'ECONNRESET'
}

/** Creates an error such as `fetch` of Node throws. */
const networkError = (message: string) =>
  new TypeError(message, { cause: new BrokenConnection('A fault of the sandbox broke the connection.') })

async function truncate(response: Response, bytes: number): Promise<Response> {
  const { status, statusText, headers } = response
  const start = new Uint8Array(await response.arrayBuffer()).slice(0, bytes)
  let isSent = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) return controller.error(networkError('terminated'))
      isSent = true
      controller.enqueue(start)
    },
  })
  return new Response(body, { status, statusText, headers })
}
