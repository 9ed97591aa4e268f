import type { Answer } from './handlers.ts'
import type { Violation } from './violations.ts'

/** What a server says by itself, before or instead of a handler. */
export type Refusal =
  | { kind: 'notFound' }
  | { kind: 'methodNotAllowed'; allow: string[] }
  /** Also a body that is empty where one is required: no text is no JSON text. */
  | { kind: 'malformedJson' }
  | { kind: 'unsupportedMediaType' }
  | { kind: 'tooLarge' }
  | { kind: 'invalid'; operationId: string; violations: [Violation, ...Violation[]] }
  | { kind: 'internalError' }
  | { kind: 'notImplemented'; operationId: string }
  /** @param retryAfter whole seconds */
  | { kind: 'unavailable'; retryAfter: number }

/** How one API words each refusal. `Allow` and `Retry-After` mean the same everywhere and are added to it. */
export type Refusals<Body = unknown> = {
  [Kind in Refusal['kind']]: (
    refusal: Extract<Refusal, { kind: Kind }>,
    request: Request,
  ) => Answer & { body: Body }
}

/** Thrown anywhere below a server, it becomes the API's own wording of the refusal. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.kind)
    this.refusal = refusal
  }
}

/** Words a refusal as this API does. */
export function word(refusals: Refusals, refusal: Refusal, request: Request): Answer {
  // TypeScript cannot see that the key and the argument are of one kind.
  const wording = refusals[refusal.kind] as (refusal: Refusal, request: Request) => Answer
  const answer = wording(refusal, request)
  return { ...answer, headers: { ...protocolHeaders(refusal), ...answer.headers } }
}

function protocolHeaders(refusal: Refusal): Record<string, string> {
  if (refusal.kind === 'methodNotAllowed') return { Allow: refusal.allow.join(', ') }
  if (refusal.kind === 'unavailable') return { 'Retry-After': String(refusal.retryAfter) }
  return {}
}
