import type { Context } from 'hono'
import { readBytes } from '../http/body.ts'
import type { Document, Schema } from '../openapi/document.ts'
import { rejectionStatus } from '../openapi/status.ts'
import { readBody, schemaAt } from './body.ts'
import { createEchoReader, withEchoHeaders } from './echo-headers.ts'
import { chooseError } from './error-choice.ts'
import { createExampleMatcher } from './example-matcher.ts'
import type { Generator } from './generator.ts'
import { toMockRequest } from './mock-request.ts'
import type { Operation } from './operation.ts'
import { readPreference } from './prefer.ts'
import { problem } from './problem.ts'
import { describeViolations, violationsHeader } from './report.ts'
import type { RequestValidator } from './request-validator.ts'
import { type Choice, createResponder, responseFor, statusOf } from './responder.ts'
import { type Rejection, violation } from './violations.ts'

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
  document: Document
  findRejection: RequestValidator
  generator: Generator
  log: (text: string) => void
  /** Logs a text about a part of the contract. */
  warn: (operation: Operation, text: string, pointer: string) => void
  validate?: Validate
}

/** The handlers of one operation; `rejectTooLarge` is for bodies that exceed `maxBodyBytes`. */
export interface OperationHandlers {
  handle: (c: Context, params: Record<string, string>) => Promise<Response>
  rejectTooLarge: (c: Context) => Promise<Response> | Response
}

/** Creates the handlers of one operation. */
export function createOperationHandlers(
  operation: Operation,
  { document, findRejection, generator, log, warn, validate }: HandlerOptions,
): OperationHandlers {
  const respond = createResponder(operation, generator, (text, pointer) => warn(operation, text, pointer))
  for (const name of operation.undeclaredSchemes)
    warn(operation, `The security scheme ${name} is not declared, so it is not checked.`, operation.pointer)
  const matchExample = createExampleMatcher(operation)
  const readEcho = createEchoReader(document, operation)

  async function handle(c: Context, params: Record<string, string>): Promise<Response> {
    const preference = readPreference(c.req.header('prefer'), operation)
    const accept = c.req.header('accept')
    const request = toMockRequest(c, params)
    // Ignores a body that the contract does not declare, because `axios.post(url, {})` is common for a
    // sign-out.
    const body = operation.body
      ? await readBody(document, operation.body, await readBytes(c.req), request.headers)
      : {}
    if (validate && body.content?.schema !== undefined)
      body.value = trimEmails(schemaAt(document, body.content.schema), body.value)
    const echo = readEcho(c)
    const violated = findRejection(operation, request, body)
    const sent = { ...request, body: body.value }
    const cookieCounts = hasCookieCredential(request.cookies)
    const matched = cookieCounts && isEmpty(body.value) ? undefined : matchExample(sent)
    const rejection = violated ?? (await findServerRejection(c, params, echo))
    if (!rejection) {
      const isPreferred = Object.keys(preference).length > 0
      return withEchoHeaders(await respond(isPreferred ? preference : (matched ?? {}), accept), echo)
    }
    const response =
      cookieCounts && concernsBody(rejection)
        ? await respond(preference, accept)
        : await withEchoHeaders(await reject({ c, params, rejection, preference, matched, echo }), echo)
    response.headers.set('sl-violations', violationsHeader(rejection))
    log(describeViolations(c.req.method, c.req.path, response.status, rejection))
    return response
  }

  /**
   * Chooses the error response: by `Prefer`, by a matching example, from the server, or from the contract.
   */
  async function reject({ c, params, rejection, preference, matched, echo }: Rejected): Promise<Response> {
    const accept = c.req.header('accept')
    const isUnauthenticated = rejection.reason === 'credentials'
    if (isError(preference)) return respond(preference, accept)
    if (isError(matched) && !isUnauthenticated) return respond(matched, accept)
    const error = isUnauthenticated ? undefined : await serverError(c, params, echo)
    if (error) return withDeclaredHeaders(error)
    const choice = chooseError(operation, rejection)
    if (choice) return respond(choice, accept)
    // The server accepts the request, because it ignores an unreadable body if the body is optional.
    if (validate && hasOptionalBody && concernsBody(rejection)) return respond(preference, accept)
    const detail = 'The request violates the contract, and the contract declares no error response for it.'
    return problem(rejectionStatus(rejection.reason, []), detail, { violations: rejection.violations })
  }

  /** Gets the error of the API's own server, which names the invalid field. */
  async function serverError({ req }: Context, params: Params, echo: Echo): Promise<Response | undefined> {
    if (!validate) return undefined
    const { method, url, headers } = req.raw
    const body = operation.body ? await req.arrayBuffer() : new ArrayBuffer(0)
    const request = new Request(url, { method, headers, ...(body.byteLength > 0 && { body }) })
    for (const [name, value] of echo) request.headers.set(name, value)
    return validate(operation.operationId, request, params)
  }

  /** Finds what the contract permits and the server rejects, such as a body that is not UTF-8. */
  async function findServerRejection(c: Context, params: Params, echo: Echo): Promise<Rejection | undefined> {
    const error = await serverError(c, params, echo)
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

  const isError = (choice: Choice | undefined): choice is Choice =>
    choice?.code !== undefined && (choice.status ?? statusOf(operation, choice.code)) >= 400

  const hasOptionalBody = operation.body !== undefined && !operation.body.required
  const cookieNames = operation.parameters.flatMap(({ in: location, name }) =>
    location === 'cookie' ? [name] : [],
  )
  /** Tells whether a declared cookie carries the credential instead of an optional body. */
  const hasCookieCredential = (cookies: Record<string, string>) =>
    validate !== undefined && hasOptionalBody && cookieNames.some((name) => cookies[name] !== undefined)

  const rejectTooLarge = ({ req }: Context) => {
    const response = responseFor(operation, 413)
    return response
      ? respond({ code: response.code, status: 413 }, req.header('accept'))
      : problem(413, `The body of ${req.method} ${req.path} is too large.`)
  }

  return { handle, rejectTooLarge }
}

type Params = Record<string, string>
type Echo = [name: string, value: string][]

interface Rejected {
  c: Context
  params: Params
  rejection: Rejection
  preference: Choice
  matched: Choice | undefined
  echo: Echo
}

/** Removes white space around the emails of a body, which our servers ignore. */
function trimEmails({ properties = {} }: Schema, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'string' && properties[name]?.format === 'email' ? value.trim() : value,
    ]),
  )
}

function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
}

function concernsBody({ violations }: Rejection): boolean {
  return violations.every(
    ({ location: [, part, name] }) => (part ?? 'body') === 'body' || name === 'content-type',
  )
}
