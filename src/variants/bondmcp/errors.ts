import type { Error as ErrorBody, ErrorCode, ErrorDetails } from '../../../generated/bondmcp/types.ts'
import type { Refusals } from '../../contract/refusals.ts'
import type { Violation } from '../../contract/violations.ts'

function refusal(status: number, code: ErrorCode, message: string, request: Request, details?: ErrorDetails) {
  const request_id = requestId(request)
  const error = { code, message, ...(details && { details }), request_id }
  return { status, headers: { 'X-Request-ID': request_id }, body: { error } }
}

/** The caller's own id for the request, or else a new one. */
function requestId({ headers }: Request): string {
  const own = headers.get('x-request-id') ?? ''
  return /^[A-Za-z0-9_-]{1,64}$/.test(own) ? own : `req_${crypto.randomUUID().replaceAll('-', '')}`
}

/** The answer to every body that is no JSON object, and to one of another media type. */
const notJson = (request: Request) =>
  refusal(400, 'invalid_request', 'Request body is not valid JSON', request)

export const refusals: Refusals<ErrorBody> = {
  notFound: (_, request) => refusal(404, 'resource_not_found', 'Resource not found', request),
  methodNotAllowed: (_, request) => refusal(405, 'method_not_allowed', 'Method not allowed', request),
  malformedJson: (_, request) => notJson(request),
  unsupportedMediaType: (_, request) => notJson(request),
  tooLarge: (_, request) => refusal(413, 'payload_too_large', 'Request body is too large', request),
  invalid: ({ operationId, violations }, request) => {
    if (operationId === 'verifyEmail')
      return refusal(400, 'invalid_token', 'Invalid or expired token', request)
    if (violations.some(({ path }) => path === '')) return notJson(request)
    const details = detailsOf(operationId, violations)
    // The documents tell a malformed member at registration (400) from one that is missing or mistyped (422).
    return operationId === 'signUp' && violations.every(isMalformed)
      ? refusal(400, 'invalid_request', 'Invalid request parameters', request, details)
      : refusal(422, 'validation_error', 'Request validation failed', request, details)
  },
  internalError: (_, request) => refusal(500, 'service_error', 'An unexpected error occurred', request),
  // Outside the contract, but in a code that clients of the contract know.
  notImplemented: ({ operationId }, request) =>
    refusal(501, 'service_error', `${operationId} is not implemented yet`, request),
  unavailable: (_, request) =>
    refusal(503, 'service_unavailable', 'Service temporarily unavailable', request),
}

const isMalformed = ({ rule }: Violation) => rule !== 'required' && rule !== 'type'

/** One text for each member of the request. */
function detailsOf(operationId: string, violations: Violation[]): ErrorDetails {
  const texts = violations.map((violation) => {
    const [member = ''] = violation.path.split('.')
    const text = isMalformed(violation) ? textsOf[operationId]?.[member] : undefined
    return [member, text ?? violation.message] as const
  })
  return Object.fromEntries(texts)
}

const textsOf: Record<string, Record<string, string>> = {
  signUp: { email: 'is not a valid email address', password: 'must have 8 to 128 characters' },
  signIn: { email: 'must have 5 to 320 characters', password: 'must have 1 to 128 characters' },
  createApiKey: {
    name: 'must have 1 to 255 characters',
    permissions: 'must be a list of read, write or admin',
  },
}
