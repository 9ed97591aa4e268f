import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { readCall } from './call.ts'
import { createEchoReader, withEchoHeaders } from './echo-headers.ts'
import { chooseError, undeclaredStatus } from './error-choice.ts'
import { createExampleMatcher } from './example-matcher.ts'
import { readPreference } from './prefer.ts'
import { type Choice, createResponder, type Operation } from './prism.ts'
import { problem } from './problem.ts'
import { describeViolations, violationsHeader } from './report.ts'
import { type Rejection, rejectionOf } from './violations.ts'

/**
 * Validates a request as the server of the API does.
 * @returns the error response of the server; undefined if the request is valid there
 */
export type Validate = (
  operationId: string,
  request: Request,
  params: Record<string, string>,
) => Promise<Response | undefined>

export interface AnswerOptions {
  basePath: string
  log: (text: string) => void
  validate?: Validate
}

/** Makes the handlers of one operation: `answer` for a request, `tooLarge` for one whose body exceeds the limit. */
export function createAnswer(operation: Operation, { basePath, log, validate }: AnswerOptions) {
  const respond = createResponder(operation)
  const matchExample = createExampleMatcher(operation)
  const echoOf = createEchoReader(operation)

  async function answer(c: Context): Promise<Response> {
    const preference = readPreference(c.req.header('prefer'), operation)
    const { call, bodyError } = await readCall(c, operation, basePath)
    const echo = echoOf(c)
    const matched = hasCookieCredential(c) && isEmpty(call.body) ? undefined : matchExample(call)
    const rejection = rejectionOf(operation, call, bodyError)
    if (!rejection) {
      const isPreferred = Object.keys(preference).length > 0
      return withEchoHeaders(await respond(isPreferred ? preference : (matched ?? {})), echo)
    }
    const response =
      hasCookieCredential(c) && isAboutBody(rejection)
        ? await respond(preference)
        : await withEchoHeaders(await reject(c, rejection, preference, matched, echo), echo)
    response.headers.set('sl-violations', violationsHeader(rejection))
    log(describeViolations(c.req.method, c.req.path, response.status, rejection))
    return response
  }

  /** An invalid request never succeeds, but `Prefer` or an equal example may choose its error. */
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
    // Without a declared error, an operation whose body is optional ignores a body that it cannot read.
    if (hasOptionalBody && isAboutBody(rejection)) return respond(preference)
    const detail = 'The request violates the contract, and the contract declares no refusal for it.'
    return problem(undeclaredStatus(rejection), detail, { violations: rejection.violations })
  }

  /** The error of the API's own server, which names the member that is wrong. */
  async function serverError({ req }: Context, echo: Echo): Promise<Response | undefined> {
    const { method, url, headers } = req.raw
    const body = operation.request?.body ? await req.text() : ''
    const request = new Request(url, { method, headers, ...(body !== '' && { body }) })
    for (const [name, value] of echo) request.headers.set(name, value)
    return validate?.(operation.iid ?? '', request, req.param())
  }

  /** Adds the headers that the contract declares for the status and the server sends in a later step. */
  async function withDeclaredHeaders(error: Response): Promise<Response> {
    const code = String(error.status)
    if (!operation.responses.some((declared) => declared.code === code)) return error
    const { headers } = await respond({ code })
    for (const [name, value] of headers) if (!error.headers.has(name)) error.headers.set(name, value)
    return error
  }

  const hasOptionalBody = operation.request?.body !== undefined && !operation.request.body.required
  const cookieNames = (operation.request?.cookie ?? []).map(({ name }) => name)
  /** Where the body is optional, a declared cookie can carry the credential instead. */
  const hasCookieCredential = (c: Context) =>
    hasOptionalBody && cookieNames.some((name) => getCookie(c, name) !== undefined)

  const tooLarge = ({ req }: Context) =>
    operation.responses.some(({ code }) => code === '413')
      ? respond({ code: '413' })
      : problem(413, `The body of ${req.method} ${req.path} is larger than the mock takes.`)

  return { answer, tooLarge }
}

type Echo = [name: string, value: string][]

function isError(choice: Choice | undefined): choice is Choice {
  return choice?.code !== undefined && choice.code >= '400'
}

function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
}

function isAboutBody({ violations }: Rejection): boolean {
  return violations.every(
    ({ location: [, part, name] }) => (part ?? 'body') === 'body' || name === 'content-type',
  )
}
