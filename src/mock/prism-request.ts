import { parse as parseQuery } from 'node:querystring'
import { MIMEType } from 'node:util'
import type { Context } from 'hono'
import { readBytes } from '../http/body.ts'
import type { Operation, PrismRequest } from './prism.ts'
import { type Rejection, violation } from './violations.ts'

interface ParsedBody {
  body?: unknown
  bodyError?: Rejection
}

/**
 * Converts a request to the form that Prism validates.
 * @param basePath the prefix of the URL that is not part of the contract
 * @returns the request, and an error if the body has a wrong media type or is not JSON
 */
export async function toPrismRequest(
  c: Context,
  operation: Operation,
  basePath: string,
): Promise<{ request: PrismRequest; bodyError: Rejection | undefined }> {
  const { authorization, ...headers } = c.req.header()
  const url = new URL(c.req.url)
  // Ignores a body that the contract does not declare, because `axios.post(url, {})` is common for a
  // sign-out.
  // Bytes that are not UTF-8 are left to the validation of the server, which reads them again.
  const text = operation.request?.body ? new TextDecoder().decode(await readBytes(c.req)) : ''
  const declared = (operation.request?.body?.contents ?? []).map(({ mediaType }) => mediaType)
  const { body, bodyError } = parseBody(text, headers, declared)
  const [{ schema } = {}] = operation.request?.body?.contents ?? []
  const request = {
    method: operation.method as PrismRequest['method'],
    url: { path: url.pathname.slice(basePath.length), query: parseSearch(url) },
    pathParameters: c.req.param(),
    headers: {
      ...headers,
      // The scheme is case-insensitive (RFC 9110, section 11.1), but Prism accepts only `Bearer`.
      ...(authorization && { authorization: authorization.replace(/^bearer(?=\s)/i, 'Bearer') }),
      // Prism checks the media type only if the length is known, and chunked bodies have no length header.
      'content-length': String(Buffer.byteLength(text)),
    },
    body: trimEmails(schema, body),
  }
  return { request, bodyError }
}

/**
 * Parses a JSON body.
 * @param declared the media types of the contract. Prism would also accept others, such as
 *   `application/x+json`.
 */
function parseBody(text: string, headers: Record<string, string>, declared: string[]): ParsedBody {
  if (text === '') return {}
  const { 'content-type': contentType, 'content-encoding': encoding = 'identity' } = headers
  if (encoding.trim().toLowerCase() !== 'identity') {
    const message = `Content-Encoding "${encoding}" is not supported`
    const violations = [violation(['request', 'header', 'content-encoding'], 415, message)]
    return { bodyError: { reason: 'mediaType', violations } }
  }
  const type = parseMediaType(contentType)
  if (!type || !declared.includes(type)) {
    const expected = `Content-Type must be ${declared.join(' or ')}`
    const message = contentType ? `${expected}, not "${contentType}"` : `${expected}, but is missing`
    const violations = [violation(['request', 'header', 'content-type'], 415, message)]
    return { bodyError: { reason: 'mediaType', violations } }
  }
  try {
    return { body: JSON.parse(text) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const violations = [violation(['request', 'body'], 'json', `Request body is not valid JSON: ${reason}`)]
    return { bodyError: { reason: 'syntax', violations } }
  }
}

/** Removes white space around the emails of a body, which servers ignore. */
function trimEmails(schema: BodySchema | undefined, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const isEmail = (name: string) => {
    const property = schema?.properties?.[name]
    return typeof property === 'object' && property.format === 'email'
  }
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'string' && isEmail(name) ? value.trim() : value,
    ]),
  )
}

type BodySchema = NonNullable<
  NonNullable<NonNullable<Operation['request']>['body']>['contents']
>[number]['schema']

function parseMediaType(contentType = ''): string | undefined {
  try {
    return new MIMEType(contentType).essence
  } catch {
    return undefined
  }
}

/** Parses a query into the form that Prism takes: strings, and arrays for repeated parameters. */
function parseSearch({ search }: URL): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(parseQuery(search.slice(1))).map(([name, value = '']) => [name, value]),
  )
}
