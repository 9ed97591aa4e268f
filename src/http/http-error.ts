import type { Reply } from './handlers.ts'
import type { Allowance } from './rate-limits.ts'
import type { Violation } from './violations.ts'

/** What a server refuses by itself, before or instead of a handler. */
export type HttpProblem =
  | { kind: 'notFound' }
  | { kind: 'methodNotAllowed'; allow: string[] }
  /** Includes an empty body where one is required: an empty text is not JSON. */
  | { kind: 'malformedJson' }
  | { kind: 'unsupportedMediaType' }
  | { kind: 'tooLarge' }
  | { kind: 'invalid'; operationId: string; violations: [Violation, ...Violation[]] }
  | { kind: 'rateLimited'; allowance: Allowance }
  | { kind: 'internalError' }
  | { kind: 'notImplemented'; operationId: string }
  /** @param retryAfter whole seconds */
  | { kind: 'unavailable'; retryAfter: number }

/** The request that is refused. */
export interface FailedRequest {
  request: Request
  requestId: string
}

/** How one API answers each problem. `Allow` and `Retry-After` mean the same everywhere and are added to it. */
export type ErrorResponses<Body = unknown> = {
  [Kind in HttpProblem['kind']]: (
    problem: Extract<HttpProblem, { kind: Kind }>,
    refused: FailedRequest,
  ) => Reply & { body: Body }
}

/** Thrown anywhere below an app, it becomes the API's own response to the problem. */
export class HttpError extends Error {
  readonly problem: HttpProblem

  constructor(problem: HttpProblem) {
    super(problem.kind)
    this.name = 'HttpError'
    this.problem = problem
  }
}

/** The response of an API to a problem. */
export function problemReply(responses: ErrorResponses, problem: HttpProblem, refused: FailedRequest): Reply {
  // TypeScript cannot see that the key and the argument are of one kind.
  const respond = responses[problem.kind] as (problem: HttpProblem, refused: FailedRequest) => Reply
  const reply = respond(problem, refused)
  return { ...reply, headers: { ...protocolHeaders(problem), ...reply.headers } }
}

function protocolHeaders(problem: HttpProblem): Record<string, string> {
  switch (problem.kind) {
    case 'methodNotAllowed':
      return { Allow: problem.allow.join(', ') }
    case 'rateLimited':
      return { 'Retry-After': String(problem.allowance.retryAfterSeconds) }
    case 'unavailable':
      return { 'Retry-After': String(problem.retryAfter) }
    default:
      return {}
  }
}
