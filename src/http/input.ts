import { z } from '@hono/zod-openapi'
import { parse as parseCookies } from 'hono/utils/cookie'
import { isNestedTooDeep } from '../openapi/bounded-json.ts'
import { essenceOf, formType, hasFields, isJson } from '../openapi/media-type.ts'
import { assertNotEncoded, bodyMedia, bodySchema, parseJson, parseOther, readBytes } from './body.ts'
import type { Call } from './env.ts'
import { parseForm } from './form.ts'
import type { Route } from './handlers.ts'
import { HttpError } from './http-error.ts'
import { findMedia } from './media-types.ts'
import { createReaders, type ReadParameter } from './parameter.ts'
import { findUnstorableText } from './text-integrity.ts'
import { describeIssue, type Violation, violationsIn } from './violations.ts'

/** The validated parts of a request, by the field names of a handler's argument. */
export type ValidatedInput = Partial<Record<'params' | 'query' | 'headers' | 'cookies' | 'body', unknown>>

/** A part of the request before validation. */
interface Part {
  name: keyof ValidatedInput
  location: Violation['in']
  schema: z.ZodType
  value: unknown
  /** Found before the validation. */
  violations?: Violation[]
}

/**
 * Reads and validates the declared parameters and body of a request.
 * @param lenientBody whether an invalid body is ignored
 * @throws {HttpError} unsupportedMediaType, unsupportedContentEncoding, malformedJson; notFound for a path
 *   with text that cannot be stored; invalid, with all violations
 */
export async function readInput(
  { operationId, route, request, params }: Pick<Call, 'operationId' | 'route' | 'request' | 'params'>,
  lenientBody: boolean,
): Promise<ValidatedInput> {
  const call = { route, request, params }
  const body = await bodyPart(call, lenientBody)
  const input: ValidatedInput = {}
  const violations: Violation[] = []
  for (const { name, location, schema, value, violations: early = [] } of [
    ...parameterParts(call),
    ...body,
  ]) {
    violations.push(...early)
    const deep = findDeepField(value)
    if (deep !== undefined) {
      violations.push({ in: location, path: deep, rule: 'form', message: 'must not be nested so deeply' })
      continue
    }
    const result = schema.safeParse(value, { error: describeIssue, reportInput: true })
    if (result.success) input[name] = result.data
    const found = result.success
      ? findUnstorableText(location, result.data, value)
      : violationsIn(location, result.error)
    // A valid id that cannot be stored is unknown. Operations need not declare a status for invalid ids.
    if (result.success && location === 'path' && found.length > 0) throw new HttpError({ kind: 'notFound' })
    violations.push(...found)
  }
  const [first, ...others] = violations
  if (!first) return input
  throw new HttpError({ kind: 'invalid', operationId, violations: [first, ...others] })
}

/** Schemas and `JSON.stringify` exhaust the stack on the values of such fields. */
function findDeepField(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([, field]) => isNestedTooDeep(field))?.[0]
}

type Source = Pick<Call, 'route' | 'request' | 'params'>

function parameterParts({ route, request, params }: Source): Part[] {
  // Skip parsing the URL and cookies for most operations, which declare no parameters.
  if (!route.request) return []
  const query = route.request.query ? new URL(request.url).searchParams : new URLSearchParams()
  const cookies = route.request.cookies ? parseCookies(request.headers.get('cookie') ?? '') : {}
  const texts = () => ({
    pathParameters: params,
    query,
    cookies,
    headers: Object.fromEntries(request.headers),
  })
  const part = (
    name: keyof ValidatedInput,
    location: Violation['in'],
    schema: unknown,
    read: (name: string) => unknown,
  ): Part[] => {
    if (!(schema instanceof z.ZodObject)) return []
    const readers = readersOf(schema, location)
    const value = Object.fromEntries(
      Object.entries(schema.shape).map(([key, field]) => {
        const reader = readers.get(key)
        const sent = (reader ? reader(texts()) : read(key)) ?? undefined
        return [key, isIgnored(location, field, sent) ? undefined : sent]
      }),
    )
    return [{ name, location, schema, value }]
  }
  return [
    ...part('params', 'path', route.request.params, (name) => params[name]),
    ...part('query', 'query', route.request.query, (name) => oneOrMany(query.getAll(name))),
    ...part('headers', 'header', route.request.headers, (name) => request.headers.get(name)),
    ...part('cookies', 'cookie', route.request.cookies, (name) => cookies[name]),
  ]
}

const readers = new WeakMap<z.ZodObject, Map<string, ReadParameter>>()

function readersOf(schema: z.ZodObject, location: Violation['in']): Map<string, ReadParameter> {
  if (location === 'body') return new Map()
  const known = readers.get(schema) ?? createReaders(schema, location)
  readers.set(schema, known)
  return known
}

/**
 * Tells whether an invalid value counts as absent: that of an optional header or cookie, because proxies and
 * other pages of the domain set them, too.
 */
function isIgnored(location: Violation['in'], field: unknown, value: unknown): boolean {
  if (value === undefined || (location !== 'header' && location !== 'cookie')) return false
  return field instanceof z.ZodOptional && !field.safeParse(value).success
}

/** Passes a repeated parameter to its schema as a list, so that no value is dropped silently. */
const oneOrMany = (values: string[]) => (values.length > 1 ? values : values[0])

async function bodyPart({ route, request }: Source, lenient: boolean): Promise<Part[]> {
  const declared = route.request?.body
  if (!declared) return []
  const bytes = await readBytes(request)
  // An empty body counts as absent, whatever its Content-Type is.
  if (bytes.length === 0) return emptyBody(declared)
  const contentType = request.headers.get('content-type')
  const mediaType = essenceOf(contentType)
  try {
    assertNotEncoded(request.headers.get('content-encoding'))
    if (!findMedia(declared.content, mediaType)) throw new HttpError({ kind: 'unsupportedMediaType' })
    const media = bodyMedia(declared.content, mediaType)
    if (!media) return []
    const { schema } = media
    const { value: parsed, violations } = hasFields(mediaType)
      ? await parseForm(bytes, contentType ?? '', media)
      : {
          value: isJson(mediaType) ? parseJson(bytes, contentType) : parseOther(bytes, mediaType),
          violations: [],
        }
    const value = normalize(schema, parsed)
    if (lenient && (violations.length > 0 || !isValid(schema, value))) return []
    return [{ name: 'body', location: 'body', schema, value, violations }]
  } catch (error) {
    if (lenient) return []
    throw error
  }
}

/** A form without fields is empty. Other media types need content. */
function emptyBody({ required, content }: Body): Part[] {
  if (!required) return []
  const schema = bodySchema(content, formType)
  if (!schema) throw new HttpError({ kind: 'malformedJson' })
  return [{ name: 'body', location: 'body', schema, value: {} }]
}

type Body = NonNullable<NonNullable<Route['request']>['body']>

function isValid(schema: z.ZodType, value: unknown): boolean {
  if (findDeepField(value) !== undefined) return false
  const result = schema.safeParse(value)
  return result.success && findUnstorableText('body', result.data, value).length === 0
}

/**
 * Removes white space around emails in a body, which users paste by mistake, and accepts a lower-case `t` in
 * date-times (RFC 3339, section 5.6). The schemas would reject both.
 */
function normalize(schema: z.ZodType, body: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof body !== 'object' || body === null) return body
  const normalized = Object.entries(body).flatMap(([name, value]) => {
    if (typeof value !== 'string' || !Object.hasOwn(schema.shape, name)) return []
    const field = unwrap(schema.shape[name])
    if (field instanceof z.ZodEmail) return [[name, value.trim()]]
    return field instanceof z.ZodISODateTime ? [[name, value.replace(/^([\d-]{10})t/, '$1T')]] : []
  })
  return normalized.length === 0 ? body : { ...body, ...Object.fromEntries(normalized) }
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema
}
