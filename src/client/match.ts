import type { FetchResponse } from 'openapi-fetch'
import type { ErrorStatus, MediaType, OkStatus, Readable } from 'openapi-typescript-helpers'

type Operation = Record<string | number, unknown>
type Responses<Op> = Op extends { responses: infer Declared } ? Declared : never

/** The body of a declared status of an operation; undefined if the contract declares none. */
export type BodyOf<Op, Status extends keyof Responses<Op>> = Responses<Op>[Status] extends {
  content: infer Content
}
  ? Readable<Content[keyof Content]>
  : undefined

/** One handler per declared status. */
type Handlers<Op> = {
  [Status in keyof Responses<Op>]: (body: BodyOf<Op, Status>, response: Response) => unknown
}

/** Listed one by one, because TypeScript does not check excess properties where it infers an argument's type. */
type NoOtherStatus<Op> = {
  [Status in Exclude<OkStatus | 301 | 302 | 303 | 304 | 307 | 308 | ErrorStatus, keyof Responses<Op>>]?: never
}

interface Otherwise {
  otherwise: (body: unknown, response: Response) => unknown
}

type Outcome<Chosen> = {
  [Key in keyof Chosen]: Chosen[Key] extends (...args: never) => infer Out ? Out : never
}[keyof Chosen]

/**
 * Calls the handler for the status of a response, with the body as the contract types it for that status and the
 * `Response`, and returns its result.
 *
 * Without `otherwise`, a missing handler for a declared status is a compile error. `otherwise` handles all other
 * statuses; its body is unknown, because it may be a proxy's HTML.
 * @param result the result of a client's call, not destructured
 * @throws {Error} if the contract does not declare the status and there is no `otherwise`
 */
export function match<
  Op extends Operation,
  Options,
  Media extends MediaType,
  Chosen extends Handlers<Op> & NoOtherStatus<Op>,
>(result: FetchResponse<Op, Options, Media>, handlers: Chosen): Outcome<Chosen>
export function match<
  Op extends Operation,
  Options,
  Media extends MediaType,
  Chosen extends Partial<Handlers<Op>> & NoOtherStatus<Op> & Otherwise,
>(result: FetchResponse<Op, Options, Media>, handlers: Chosen): Outcome<Chosen>
export function match(
  { data, error, response }: { data?: unknown; error?: unknown; response: Response },
  handlers: Record<string, ((body: unknown, response: Response) => unknown) | undefined>,
): unknown {
  const handler = handlers[response.status] ?? handlers.otherwise
  if (!handler) {
    throw new Error(
      `The API answered ${response.status}, which the contract does not declare for this operation: add an "otherwise" handler to match()`,
    )
  }
  const body = response.ok ? data : error
  // openapi-fetch returns '' for an empty error body; in the contract's types, no body is undefined.
  return handler(body === '' ? undefined : body, response)
}
