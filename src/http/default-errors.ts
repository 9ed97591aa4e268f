import type { z } from '@hono/zod-openapi'
import { essenceOf, isJson } from '../openapi/media-type.ts'
import { placeOfCredential } from '../openapi/missing-credentials.ts'
import { type RejectionReason, rejectionStatus } from '../openapi/status.ts'
import { bodySchema } from './body.ts'
import type { Reply, Route, Routes } from './handlers.ts'
import type { ErrorResponses, FailedRequest } from './http-error.ts'
import type { Violation } from './violations.ts'

interface ErrorText {
  status: number
  /** In snake_case, such as `not_found`. */
  code: string
  message: string
}

/**
 * Common forms of error bodies. Those with more fields come first, because a schema may ignore some of them.
 */
const errorForms: ((error: ErrorText) => object)[] = [
  ({ status, code, message }) => ({ error: { code: status, status: code, message } }),
  ({ code, message }) => ({ error: { code, message } }),
  ({ message }) => ({ error: { message } }),
  ({ code, message }) => ({ errors: [{ code, message }] }),
  ({ message }) => ({ errors: [{ message }] }),
  ({ code, message }) => ({ error: code, error_description: message }),
  ({ code, message }) => ({ error: code, message }),
  ({ status, message }) => ({ code: status, msg: message }),
  ({ status, message }) => ({ code: status, message }),
  ({ code, message }) => ({ code, message }),
  ({ message }) => ({ error: message }),
  ({ message }) => ({ message }),
]

/** The form of RFC 9457, for APIs whose errors have none of the common forms. */
const problemForm = ({ status, code, message }: ErrorText) => ({
  type: 'about:blank',
  title: code.replaceAll('_', ' '),
  status,
  detail: message,
})

/**
 * Creates the error responses of an API from its declared errors: in the form that most of their schemas
 * accept, and otherwise as problem details (RFC 9457). An invalid request gets a status that its operation
 * declares, as from the mock.
 */
export function defaultErrorResponses(routes: Routes): ErrorResponses {
  const form = formOf(errorSchemas(routes))
  const reply = (status: number, code: string, message: string): Reply & { body: unknown } => {
    const body = (form ?? problemForm)({ status, code, message })
    return form ? { status, body } : { status, body, headers: { 'Content-Type': 'application/problem+json' } }
  }
  const unsupported = (failed: FailedRequest, message: string) =>
    reply(statusFor('mediaType', failed), 'unsupported_media_type', message)
  return {
    badRequest: ({ status, message }, failed) =>
      reply(status === 400 ? statusFor('syntax', failed) : status, 'bad_request', message),
    notFound: ({ message = 'No operation has this path' }) => reply(404, 'not_found', message),
    methodNotAllowed: () => reply(405, 'method_not_allowed', 'The path exists, but not with this method'),
    malformedJson: (_, failed) =>
      reply(statusFor('syntax', failed), 'invalid_request', 'The body is missing or is not valid JSON'),
    missingCredentials: ({ missing }) =>
      reply(401, 'unauthorized', `Missing credentials: ${missing.map(placeOfCredential).join(', ')}`),
    unsupportedMediaType: (_, failed) =>
      unsupported(failed, 'The operation does not accept the Content-Type of the body'),
    unsupportedContentEncoding: (_, failed) => unsupported(failed, 'Send the body without compression'),
    tooLarge: () => reply(413, 'payload_too_large', 'The body is too large'),
    invalid: ({ violations: [first] }, failed) =>
      reply(statusFor('schema', failed), 'invalid_request', describe(first)),
    rateLimited: () => reply(429, 'too_many_requests', 'Too many requests'),
    internalError: () => reply(500, 'internal_error', 'Something went wrong on our side'),
    notImplemented: ({ operationId, message = `${operationId} is not implemented yet` }) =>
      reply(501, 'not_implemented', message),
    unavailable: () => reply(503, 'unavailable', 'The service is busy, try again soon'),
  }
}

const statusFor = (reason: RejectionReason, { route }: FailedRequest): number =>
  rejectionStatus(reason, Object.keys(route?.responses ?? {}))

const describe = ({ in: location, path, message }: Violation) =>
  `${path === '' ? 'The body' : `${location} ${path}`} ${message}`

/** Returns the form that most schemas accept without ignoring a field. */
function formOf(schemas: z.ZodType[]): ((error: ErrorText) => object) | undefined {
  const counts = errorForms.map((form) => ({ form, count: schemas.filter(accepts(form)).length }))
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a))
  return best.count > 0 ? best.form : undefined
}

function accepts(form: (error: ErrorText) => object) {
  const sample = form({ status: 404, code: 'not_found', message: 'Not found' })
  return (schema: z.ZodType) => {
    const result = schema.safeParse(sample)
    return result.success && contains(result.data, sample)
  }
}

/** Tells whether a value has all fields of a sample. A schema drops those that it does not declare. */
function contains(value: unknown, sample: unknown): boolean {
  if (typeof sample !== 'object' || sample === null) return value === sample
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(sample).every(([name, field]) =>
    contains((value as Record<string, unknown>)[name], field),
  )
}

/** Returns the JSON schemas of all declared errors, each once. */
function errorSchemas(routes: Routes): z.ZodType[] {
  const schemas = Object.values(routes).flatMap(({ responses }) =>
    Object.entries(responses)
      .filter(([status]) => /^(?:[45]|default$)/.test(status))
      .flatMap(([, response]) => schemaOf(response)),
  )
  return [...new Set(schemas)].filter((schema) => !acceptsAnything(schema))
}

/** Tells whether a schema declares no form, such as an object with any fields. */
function acceptsAnything(schema: z.ZodType): boolean {
  const sample = { unrelated: true }
  const result = schema.safeParse(sample)
  return result.success && contains(result.data, sample)
}

function schemaOf(response: Route['responses'][string]): z.ZodType[] {
  const content = ('content' in response && response.content) || {}
  const type = Object.keys(content).map(essenceOf).find(isJson)
  const schema = type === undefined ? undefined : bodySchema(content, type)
  return schema ? [schema] : []
}
