import type { Error as ErrorBody, ErrorCode, ErrorDetails } from '../../../generated/bondmcp/types.ts'
import type { AuthError, AuthErrorCode } from '../../core/errors.ts'
import type { Answer } from '../../http/handlers.ts'
import type { Call } from '../../http/input.ts'
import type { Refusals } from '../../http/refusals.ts'
import type { Violation } from '../../http/violations.ts'
import type { Plan } from './rules.ts'

function refusal<Status extends number>(
  status: Status,
  code: ErrorCode,
  message: string,
  request: Request,
  details?: ErrorDetails,
) {
  const request_id = requestId(request)
  const error = { code, message, ...(details && { details }), request_id }
  return { status, headers: { 'X-Request-ID': request_id }, body: { error } }
}

type Refusal = ReturnType<typeof refusal>
const withHeaders = <R extends Refusal, H extends Record<string, string | number>>(
  refused: R,
  headers: H,
) => ({
  ...refused,
  headers: { ...refused.headers, ...headers },
})

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
    if (operationId === 'verifyEmail') return invalidLink(request)
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

/** The link is in the address, so the page that shows this must not pass it on. */
const invalidLink = (request: Request) =>
  withHeaders(refusal(400, 'invalid_token', 'Invalid or expired token', request), {
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  })

/** One text whatever is wrong with a credential, and another where there is none. */
const unauthorized = (request: Request) => {
  const isPresented = /^bearer\s+\S/i.test(request.headers.get('authorization') ?? '')
  return isPresented
    ? withHeaders(refusal(401, 'authentication_error', 'Invalid or expired token', request), {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      })
    : withHeaders(refusal(401, 'authentication_error', 'Authentication required', request), {
        'WWW-Authenticate': 'Bearer',
      })
}

const invalidCredentials = (request: Request) =>
  withHeaders(
    refusal(401, 'invalid_credentials', 'The email or password provided is incorrect', request, {
      hint: 'Check your credentials and try again',
    }),
    { 'WWW-Authenticate': 'Bearer' },
  )

const forbidden = (request: Request, details: ErrorDetails, message = 'Insufficient permissions') =>
  withHeaders(refusal(403, 'permission_denied', message, request, details), {
    'WWW-Authenticate': 'Bearer error="insufficient_scope"',
  })

/** @param enough the smallest plan that would do, if there is one */
export const planTooSmall = (request: Request, enough: Exclude<Plan, 'free'> | undefined) =>
  forbidden(request, enough === undefined ? {} : { required_plan: enough })

const badPassword = (request: Request, text = 'must have 8 to 128 characters') =>
  refusal(400, 'invalid_request', 'Invalid request parameters', request, { password: text })

const tooManyRequests = (request: Request, { details: { retryAfterSeconds = 1 } }: AuthError) =>
  withHeaders(
    refusal(
      429,
      'rate_limit_exceeded',
      `Rate limit exceeded. Please retry after ${retryAfterSeconds} seconds.`,
      request,
      { retry_after: retryAfterSeconds },
    ),
    { 'Retry-After': retryAfterSeconds },
  )

type Wording = (request: Request, error: AuthError, call: Call) => Refusal

const wordings: Partial<Record<AuthErrorCode, Wording>> = {
  invalidEmail: (request) =>
    refusal(400, 'invalid_request', 'Invalid request parameters', request, {
      email: 'is not a valid email address',
    }),
  malformedPassword: (request) => badPassword(request, 'must not contain unpaired surrogates'),
  passwordTooShort: (request) => badPassword(request),
  passwordTooLong: (request) => badPassword(request),
  passwordTooSimple: (request) => badPassword(request, 'must have more kinds of characters'),
  commonPassword: (request) => badPassword(request, 'is too common'),
  emailTaken: (request) => refusal(409, 'conflict', 'User already exists', request),
  invalidMailToken: invalidLink,
  expiredMailToken: invalidLink,
  invalidCredentials,
  // Whether an account is disabled is nobody's business who is not in it.
  userDisabled: (request, _, { operationId }) =>
    operationId === 'signIn' ? invalidCredentials(request) : unauthorized(request),
  emailNotVerified: (request) => refusal(403, 'email_not_verified', 'Email verification required', request),
  malformedToken: unauthorized,
  invalidToken: unauthorized,
  expiredToken: unauthorized,
  userNotFound: unauthorized,
  malformedApiKey: unauthorized,
  invalidApiKey: unauthorized,
  revokedApiKey: unauthorized,
  apiKeyNotAllowed: (request) => forbidden(request, { hint: 'Sign in and use the access token' }),
  missingScope: (request) => forbidden(request, { required: 'read' }),
  tooManyApiKeys: (request, { details: { limit = 0 } }) =>
    forbidden(request, { limit }, 'API key limit of the plan reached'),
  apiKeyNotFound: (request) => refusal(404, 'key_not_found', 'API key not found', request),
  rateLimited: tooManyRequests,
  tooManyFailures: tooManyRequests,
  accountLocked: tooManyRequests,
}

/** @returns undefined for what none of the operations can meet */
export const wordError = (error: AuthError, call: Call): Answer | undefined =>
  wordings[error.code]?.(call.request, error, call)
