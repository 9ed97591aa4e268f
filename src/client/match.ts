import type { FetchResponse } from 'openapi-fetch'
import type { ErrorStatus, MediaType, OkStatus, Readable } from 'openapi-typescript-helpers'

type Operation = Record<string | number, unknown>
type Responses<Op> = Op extends { responses: infer Declared } ? Declared : never

/** The response body of a declared status. Undefined if the contract declares no body. */
export type BodyOf<Op, Status extends keyof Responses<Op>> = Responses<Op>[Status] extends {
  content: infer Content
}
  ? Readable<Content[keyof Content]>
  : undefined

/** One handler per declared status. */
type Handlers<Op> = {
  [Status in keyof Responses<Op>]: (body: BodyOf<Op, Status>, response: Response) => unknown
}

/** Rejects undeclared statuses, because TypeScript does not check excess properties of an inferred type. */
type NoOtherStatus<Op> = {
  [Status in Exclude<OkStatus | 301 | 302 | 303 | 304 | 307 | 308 | ErrorStatus, keyof Responses<Op>>]?: never
}

interface FallbackHandler {
  otherwise: (body: unknown, response: Response) => unknown
}

type HandlerOfStatus = (body: never, response: Response) => unknown

/** Requires the missing handlers. This type keeps the compile error short: it lists their statuses. */
type MissingHandlers<Op, Given> = Given extends FallbackHandler
  ? unknown
  : Record<Exclude<keyof Responses<Op>, keyof Given>, HandlerOfStatus>

type HandlerResult<Given> = {
  [Key in keyof Given]: Given[Key] extends (...args: never) => infer Out ? Out : never
}[keyof Given]

/**
 * Calls the handler for the status of a response, and returns its result. A handler receives the body, with
 * the type that the contract declares for the status, and the `Response`.
 *
 * A contract can declare ranges of statuses: `4XX` and `default` handle statuses without a handler. Without
 * `otherwise`, a missing handler for a declared status is a compile error. `otherwise` handles all
 * other statuses. Its body is unknown, because it may be the HTML of a proxy.
 * @param result the result of a client's call, not destructured
 * @throws {Error} if the contract does not declare the status, and there is no `otherwise`
 * @example
 * ```ts
 * const message = match(await client.POST('/v1/auth/email/signin', { body }), {
 *   200: () => 'Signed in',
 *   401: ({ error }) => `Sign-in failed: ${error.code}`,
 *   otherwise: (_body, response) => `Unexpected status ${response.status}`,
 * })
 * ```
 */
export function match<
  Op extends Operation,
  Options,
  Media extends MediaType,
  Given extends Partial<Handlers<Op>> & NoOtherStatus<Op> & Partial<FallbackHandler>,
>(
  result: FetchResponse<Op, Options, Media>,
  handlers: Given & MissingHandlers<Op, Given>,
): HandlerResult<Given>
export function match(
  { data, error, response }: { data?: unknown; error?: unknown; response: Response },
  handlers: Record<string, ((body: unknown, response: Response) => unknown) | undefined>,
): unknown {
  const range = `${Math.floor(response.status / 100)}XX`
  const handler = handlers[response.status] ?? handlers[range] ?? handlers.default ?? handlers.otherwise
  if (!handler) {
    throw new Error(
      `The API responded with ${response.status}, which the contract does not declare for this operation. Add an "otherwise" handler to match().`,
    )
  }
  const body = response.ok ? data : error
  // openapi-fetch returns '' for an empty error body, but the type of a missing body is undefined.
  return handler(body === '' ? undefined : body, response)
}
