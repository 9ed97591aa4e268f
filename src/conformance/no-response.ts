import type { Connection, ConnectionError } from './connection.ts'
import type { Exchange, RequestData } from './exchange.ts'

/** A request got no response. */
export class NoResponseError extends Error {
  readonly exchange: Exchange

  constructor(cause: ConnectionError, exchange: Exchange) {
    super(cause.message, { cause })
    this.exchange = exchange
  }
}

/** An exchange without a response has the status 0. */
export function unanswered(
  { baseUrl }: Connection,
  { method, path, headers = {}, body }: RequestData,
  operation: Exchange['operation'],
): Exchange {
  return {
    request: {
      method: method.toUpperCase(),
      url: baseUrl + path,
      headers: Object.entries(headers).flatMap(([name, value]) =>
        [value].flat().map((each): [string, string] => [name, each]),
      ),
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    },
    response: { status: 0, headers: new Headers(), text: '', body: undefined },
    durationMs: 0,
    startedAt: Date.now(),
    ...(operation && { operation }),
  }
}

/** A wrong body makes a test stumble later, for example over a missing token. The checks have reported it. */
export const describeSurprise = (error: unknown): string =>
  `A response could not be used: ${error instanceof Error ? error.message : error}.`.replace(/\.+$/, '.')
