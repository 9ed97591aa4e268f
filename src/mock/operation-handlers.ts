import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { maxBodyBytes } from '../http/middleware/limit-body.ts'
import { createEchoReader, withEchoHeaders } from './echo-headers.ts'
import { chooseError, undeclaredStatus } from './error-choice.ts'
import { createExampleMatcher } from './example-matcher.ts'
import { readPreference } from './prefer.ts'
import { type Choice, createResponder, type Operation } from './prism.ts'
import { toPrismRequest } from './prism-request.ts'
import { problem } from './problem.ts'
import { describeViolations, violationsHeader } from './report.ts'
import { findRejection, type Rejection, violation } from './violations.ts'

/**
 * Validates a request like the API's own server.
 * @returns the error response of the server, or undefined if the server accepts the request
 */
export type Validate = (
  operationId: string,
  request: Request,
  params: Record<string, string>,
) => Promise<Response | undefined>

export interface HandlerOptions {
  basePath: string
  log: (text: string) => void
  validate?: Validate
}

/** Creates the handlers of one operation; `rejectTooLarge` is for bodies that exceed `maxBodyBytes`. */
export function createOperationHandlers(operation: Operation, { basePath, log, validate }: HandlerOptions) {
  const respond = createResponder(operation)
  const matchExample = createExampleMatcher(operation)
  const readEcho = createEchoReader(operation)

  async function handle(c: Context): Promise<Response> {
    const preference = readPreference(c.req.header('prefer'), operation)
    const { request, bodyError } = await toPrismRequest(c, operation, basePath)
    const echo = readEcho(c)
    const matched = hasCookieCredential(c) && isEmpty(request.body) ? undefined : matchExample(request)
    const rejection = findRejection(operation, request, bodyError) ?? (await findServerRejection(c, echo))
    if (!rejection) {
      const isPreferred = Object.keys(preference).length > 0
      return withEchoHeaders(await respond(isPreferred ? preference : (matched ?? {})), echo)
    }
    const response =
      hasCookieCredential(c) && concernsBody(rejection)
        ? await respond(preference)
        : await withEchoHeaders(await reject(c, rejection, preference, matched, echo), echo)
    response.headers.set('sl-violations', violationsHeader(rejection))
    log(describeViolations(c.req.method, c.req.path, response.status, rejection))
    return response
  }

  /**
   * Chooses the error response: by `Prefer`, by a matching example, from the server, or from the contract.
   */
  async function reject(
    c: Context,
    rejection: Rejection,
    preference: Choice,
    matched: Choice | undefined,
    echo: Echo,
  ): Promise<Response> {
    const isUnauthenticated = rejection.reason === 'credentials'
    if (isError(preference)) return respond(preference)
    if (isError(matched) && !isUnauthenticated) return respond(matched)
    const error = isUnauthenticated ? undefined : await serverError(c, echo)
    if (error) return withDeclaredHeaders(error)
    const choice = chooseError(operation, rejection)
    if (choice) return respond(choice)
    // If no error is declared for it, an operation with an optional body ignores an unreadable body.
    if (hasOptionalBody && concernsBody(rejection)) return respond(preference)
    const detail = 'The request violates the contract, and the contract declares no error response for it.'
    return problem(undeclaredStatus(rejection), detail, { violations: rejection.violations })
  }

  /** Gets the error of the API's own server, which names the invalid field. */
  async function serverError({ req }: Context, echo: Echo): Promise<Response | undefined> {
    const { method, url, headers } = req.raw
    const body = operation.request?.body ? await req.arrayBuffer() : new ArrayBuffer(0)
    const request = new Request(url, { method, headers, ...(body.byteLength > 0 && { body }) })
    for (const [name, value] of echo) request.headers.set(name, value)
    return validate?.(operation.iid ?? '', request, req.param())
  }

  /** Finds what Prism accepts and the server rejects, such as a body that is not UTF-8. */
  async function findServerRejection(c: Context, echo: Echo): Promise<Rejection | undefined> {
    const error = await serverError(c, echo)
    if (!error) return undefined
    const message = `The server of this API rejects the request: ${await error.text()}`
    return { reason: 'schema', violations: [violation(['request'], error.status, message)] }
  }

  /** Adds declared headers that the server would set after validation. */
  async function withDeclaredHeaders(error: Response): Promise<Response> {
    const code = String(error.status)
    if (!operation.responses.some((declared) => declared.code === code)) return error
    const { headers } = await respond({ code })
    for (const [name, value] of headers) if (!error.headers.has(name)) error.headers.set(name, value)
    return error
  }

  const hasOptionalBody = operation.request?.body !== undefined && !operation.request.body.required
  const cookieNames = (operation.request?.cookie ?? []).map(({ name }) => name)
  /** Tells whether a declared cookie carries the credential instead of an optional body. */
  const hasCookieCredential = (c: Context) =>
    hasOptionalBody && cookieNames.some((name) => getCookie(c, name) !== undefined)

  const rejectTooLarge = ({ req }: Context) =>
    operation.responses.some(({ code }) => code === '413')
      ? respond({ code: '413' })
      : problem(413, `The body of ${req.method} ${req.path} is larger than ${maxBodyBytes} bytes.`)

  return { handle, rejectTooLarge }
}

type Echo = [name: string, value: string][]

function isError(choice: Choice | undefined): choice is Choice {
  return choice?.code !== undefined && choice.code >= '400'
}

function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
}

function concernsBody({ violations }: Rejection): boolean {
  return violations.every(
    ({ location: [, part, name] }) => (part ?? 'body') === 'body' || name === 'content-type',
  )
}
