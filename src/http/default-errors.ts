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

type ErrorForm = (error: ErrorText) => object

/**
 * Common forms of error bodies. Those with more fields come first, because a schema may ignore some of them.
 */
const errorForms: ErrorForm[] = [
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
const problemForm: ErrorForm = ({ status, code, message }) => ({
  type: 'about:blank',
  title: code.replaceAll('_', ' '),
  status,
  detail: message,
})

/**
 * Creates the error responses of an API from its declared errors: in the form that the operation declares for
 * the status, or else the one that most schemas accept, and otherwise as problem details (RFC 9457). An
 * invalid request gets a status that its operation declares, as from the mock.
 */
export function defaultErrorResponses(routes: Routes): ErrorResponses {
  const usualForm = formOf(errorSchemas(routes))
  const reply = (status: number, code: string, message: string, { route }: FailedRequest) => {
    const error = { status, code, message }
    const declared = route && declaredError(route, status)
    if (declared) return toReply(status, declared.form(error), declared.mediaType)
    return usualForm
      ? toReply(status, usualForm(error), 'application/json')
      : toReply(status, problemForm(error), problemType)
  }
  const unsupported = (failed: FailedRequest, message: string) =>
    reply(statusFor('mediaType', failed), 'unsupported_media_type', message, failed)
  return {
    badRequest: ({ status, message }, failed) =>
      reply(status === 400 ? statusFor('syntax', failed) : status, 'bad_request', message, failed),
    notFound: ({ message = 'No operation has this path' }, failed) =>
      reply(404, 'not_found', message, failed),
    methodNotAllowed: (_, failed) =>
      reply(405, 'method_not_allowed', 'The path exists, but not with this method', failed),
    malformedJson: (_, failed) =>
      reply(
        statusFor('syntax', failed),
        'invalid_request',
        'The body is missing or is not valid JSON',
        failed,
      ),
    missingCredentials: ({ missing }, failed) =>
      reply(401, 'unauthorized', `Missing credentials: ${missing.map(placeOfCredential).join(', ')}`, failed),
    unsupportedMediaType: (_, failed) =>
      unsupported(failed, 'The operation does not accept the Content-Type of the body'),
    unsupportedContentEncoding: (_, failed) => unsupported(failed, 'Send the body without compression'),
    tooLarge: (_, failed) => reply(413, 'payload_too_large', 'The body is too large', failed),
    invalid: ({ violations: [first] }, failed) =>
      reply(statusFor('schema', failed), 'invalid_request', describe(first), failed),
    rateLimited: (_, failed) => reply(429, 'too_many_requests', 'Too many requests', failed),
    internalError: (_, failed) => reply(500, 'internal_error', 'Something went wrong on our side', failed),
    notImplemented: ({ operationId, message = `${operationId} is not implemented yet` }, failed) =>
      reply(501, 'not_implemented', message, failed),
    unavailable: (_, failed) => reply(503, 'unavailable', 'The service is busy, try again soon', failed),
  }
}

const problemType = 'application/problem+json'

const toReply = (status: number, body: object, mediaType: string): Reply & { body: unknown } =>
  mediaType === 'application/json'
    ? { status, body }
    : { status, body, headers: { 'Content-Type': mediaType } }

interface DeclaredError {
  mediaType: string
  form: ErrorForm
}

const declaredErrors = new WeakMap<z.ZodType, ErrorForm | null>()

/** Finds the form of the error that an operation declares for a status: that of its range, or the default. */
function declaredError({ responses }: Route, status: number): DeclaredError | undefined {
  const range = `${Math.floor(status / 100)}XX`
  const response = responses[status] ?? responses[range] ?? responses.default
  const declared = response && jsonOf(response)
  if (!declared || acceptsAnything(declared.schema)) return undefined
  const known = declaredErrors.get(declared.schema)
  const form = known === undefined ? (formFor(declared) ?? null) : known
  declaredErrors.set(declared.schema, form)
  return form ? { mediaType: declared.mediaType, form } : undefined
}

/** Problem details can have fewer members than ours, which clients ignore (RFC 9457, section 3.2). */
function formFor({ schema, mediaType }: DeclaredJson): ErrorForm | undefined {
  if (mediaType === problemType && schema.safeParse(problemForm(sampleError)).success) return problemForm
  return formOf([schema])
}

const statusFor = (reason: RejectionReason, { route }: FailedRequest): number =>
  rejectionStatus(reason, Object.keys(route?.responses ?? {}))

const describe = ({ in: location, path, message }: Violation) =>
  `${path === '' ? 'The body' : `${location} ${path}`} ${message}`

/** Returns the form that most schemas accept without ignoring a field. */
function formOf(schemas: z.ZodType[]): ErrorForm | undefined {
  const counts = errorForms.map((form) => ({ form, count: schemas.filter(accepts(form)).length }))
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a))
  return best.count > 0 ? best.form : undefined
}

const sampleError: ErrorText = { status: 404, code: 'not_found', message: 'Not found' }

function accepts(form: ErrorForm) {
  const sample = form(sampleError)
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
      .flatMap(([, response]) => jsonOf(response)?.schema ?? []),
  )
  return [...new Set(schemas)].filter((schema) => !acceptsAnything(schema))
}

/** Tells whether a schema declares no form, such as an object with any fields. */
function acceptsAnything(schema: z.ZodType): boolean {
  const sample = { unrelated: true }
  const result = schema.safeParse(sample)
  return result.success && contains(result.data, sample)
}

interface DeclaredJson {
  mediaType: string
  schema: z.ZodType
}

function jsonOf(response: Route['responses'][string]): DeclaredJson | undefined {
  const content = ('content' in response && response.content) || {}
  const mediaType = Object.keys(content).map(essenceOf).find(isJson)
  const schema = mediaType === undefined ? undefined : bodySchema(content, mediaType)
  return mediaType !== undefined && schema ? { mediaType, schema } : undefined
}
