import type { Credential } from '../openapi/credentials.ts'
import type { Reply, Route } from './handlers.ts'
import type { Allowance } from './rate-limits.ts'
import type { Violation } from './violations.ts'

/** An error that the HTTP layer itself responds to, independent of the API. */
export type HttpProblem =
  /** Not valid HTTP. */
  | { kind: 'badRequest'; status: number; message: string }
  /** `message` is only set in development, and suggests other paths. */
  | { kind: 'notFound'; message?: string }
  | { kind: 'methodNotAllowed'; allow: string[] }
  /** Also for an empty body that is required: an empty string is not JSON. */
  | { kind: 'malformedJson' }
  /** Only of stubs. The servers tell more about the credentials. */
  | { kind: 'missingCredentials'; missing: Credential[] }
  | { kind: 'unsupportedMediaType' }
  | { kind: 'unsupportedContentEncoding' }
  | { kind: 'tooLarge' }
  | { kind: 'invalid'; operationId: string; violations: [Violation, ...Violation[]] }
  | { kind: 'rateLimited'; allowance: Allowance }
  | { kind: 'internalError' }
  /** `message` is only set if the operation cannot be implemented. */
  | { kind: 'notImplemented'; operationId: string; message?: string }
  /** `retryAfter` is in whole seconds. */
  | { kind: 'unavailable'; retryAfter: number }

/** The request that failed, for error responses that echo parts of it or depend on its operation. */
export interface FailedRequest {
  request: Request
  requestId: string
  /** Absent if the request was not matched to an operation. */
  route?: Route | undefined
}

/** The error responses of one API. `Allow` and `Retry-After` are added to them where HTTP requires it. */
export type ErrorResponses<Body = unknown> = {
  [Kind in HttpProblem['kind']]: (
    problem: Extract<HttpProblem, { kind: Kind }>,
    failed: FailedRequest,
  ) => Reply & { body: Body }
}

/** An error that the app turns into the API's own response to `problem`, wherever it is thrown. */
export class HttpError extends Error {
  readonly problem: HttpProblem

  constructor(problem: HttpProblem) {
    super(problem.kind)
    this.name = 'HttpError'
    this.problem = problem
  }
}

/** Returns the response of an API to a problem, with the headers that HTTP requires. */
export function problemReply(responses: ErrorResponses, problem: HttpProblem, failed: FailedRequest): Reply {
  // TypeScript cannot infer that the function for `problem.kind` accepts this problem.
  const respond = responses[problem.kind] as (problem: HttpProblem, failed: FailedRequest) => Reply
  const reply = respond(problem, failed)
  return { ...reply, headers: { ...protocolHeaders(problem), ...reply.headers } }
}

function protocolHeaders(problem: HttpProblem): Record<string, string> {
  switch (problem.kind) {
    case 'methodNotAllowed':
      return { Allow: problem.allow.join(', ') }
    case 'missingCredentials':
      return challenges(problem.missing)
    case 'unsupportedContentEncoding':
      return { 'Accept-Encoding': 'identity' }
    case 'rateLimited':
      return { 'Retry-After': String(problem.allowance.retryAfterSeconds) }
    case 'unavailable':
      return { 'Retry-After': String(problem.retryAfter) }
    default:
      return {}
  }
}

/** Names the HTTP schemes of credentials (RFC 9110, section 11.6.1). Keys have none. */
function challenges(credentials: Credential[]): Record<string, string> {
  const schemes = credentials.flatMap(({ kind, prefix }) =>
    kind === 'basic' ? 'Basic realm="API"' : prefix.trim() || [],
  )
  return schemes.length > 0 ? { 'WWW-Authenticate': [...new Set(schemes)].join(', ') } : {}
}
