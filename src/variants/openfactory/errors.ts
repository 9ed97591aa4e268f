import type { Error as ErrorBody, ErrorCode } from '../../../generated/openfactory/types.ts'
import type { Refusals } from '../../contract/refusals.ts'
import type { Violation } from '../../contract/violations.ts'

const refusal = (status: number, code: ErrorCode, message: string, details?: Record<string, unknown>) => ({
  status,
  body: { error: { code, message, ...(details && { details }) } },
})

export const refusals: Refusals<ErrorBody> = {
  notFound: () => refusal(404, 'NOT_FOUND', 'Not found'),
  methodNotAllowed: () => refusal(405, 'METHOD_NOT_ALLOWED', 'Method not allowed'),
  malformedJson: () => refusal(400, 'BAD_REQUEST', 'Request body is not valid JSON'),
  unsupportedMediaType: () => refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Type must be application/json'),
  tooLarge: () => refusal(413, 'PAYLOAD_TOO_LARGE', 'Request body is too large'),
  invalid: ({ violations }) =>
    violations.some(({ in: place, path }) => place === 'path' && path === 'provider')
      ? refusal(404, 'PROVIDER_NOT_FOUND', 'Provider not found')
      : refusal(422, 'VALIDATION_ERROR', 'Request validation failed', { issues: violations.map(issueOf) }),
  internalError: () => refusal(500, 'INTERNAL_ERROR', 'An unexpected error occurred'),
  // Outside the contract, but in a code that clients of the contract know.
  notImplemented: ({ operationId }) =>
    refusal(501, 'INTERNAL_ERROR', `${operationId} is not implemented yet`),
  unavailable: () => refusal(503, 'UNAVAILABLE', 'The service is temporarily unavailable'),
}

function issueOf({ in: place, path, rule, message }: Violation): { path: string; message: string } {
  if (rule === 'required') return { path, message: 'Required' }
  if (place === 'query' && path === 'status') {
    return {
      path,
      message: 'Must be a comma-separated list of backlog, ready, in_progress, in_review and done',
    }
  }
  return { path, message: message.charAt(0).toUpperCase() + message.slice(1) }
}
