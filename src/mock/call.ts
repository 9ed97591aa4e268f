import { parse as parseQuery } from 'node:querystring'
import { MIMEType } from 'node:util'
import type { Context } from 'hono'
import type { Call, Operation } from './prism.ts'
import { type Rejection, violation } from './violations.ts'

interface Body {
  body?: unknown
  bodyError?: Rejection
}

/**
 * Reads a request into the form that Prism validates.
 * @param basePath the part of the URL before the contract's own path
 * @returns the request, and what is wrong with its body before any schema is applied
 */
export async function readCall(
  c: Context,
  operation: Operation,
  basePath: string,
): Promise<{ call: Call; bodyError: Rejection | undefined }> {
  const { authorization, ...headers } = c.req.header()
  const url = new URL(c.req.url)
  // A body that the contract does not ask for is ignored: `axios.post(url, {})` on a sign-out is common.
  const text = operation.request?.body ? await c.req.text() : ''
  const declared = (operation.request?.body?.contents ?? []).map(({ mediaType }) => mediaType)
  const { body, bodyError } = parseBody(text, headers['content-type'], declared)
  const [{ schema } = {}] = operation.request?.body?.contents ?? []
  const call = {
    method: operation.method as Call['method'],
    url: { path: url.pathname.slice(basePath.length), query: queryOf(url) },
    pathParameters: c.req.param(),
    headers: {
      ...headers,
      // The scheme is case-insensitive (RFC 9110, section 11.1); Prism knows only `Bearer`.
      ...(authorization && { authorization: authorization.replace(/^bearer(?=\s)/i, 'Bearer') }),
      // Prism checks the media type only if there is a length, which chunked bodies lack.
      'content-length': String(Buffer.byteLength(text)),
    },
    body: trimEmails(schema, body),
  }
  return { call, bodyError }
}

/** @param declared media types, all of them JSON; Prism would also accept relatives such as `application/x+json` */
function parseBody(text: string, contentType: string | undefined, declared: string[]): Body {
  if (text === '') return {}
  const type = mediaType(contentType)
  if (!type || !declared.includes(type)) {
    const problem = contentType
      ? `Content-Type "${contentType}" is not`
      : 'Content-Type is missing, it has to be'
    const message = `${problem} ${declared.join(' or ')}`
    const violations = [violation(['request', 'header', 'content-type'], 415, message)]
    return { bodyError: { reason: 'mediaType', violations } }
  }
  try {
    return { body: JSON.parse(text) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const violations = [violation(['request', 'body'], 'json', `Request body is not JSON: ${reason}`)]
    return { bodyError: { reason: 'syntax', violations } }
  }
}

/** Servers ignore white space around the emails of a body. */
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

function mediaType(contentType = ''): string | undefined {
  try {
    return new MIMEType(contentType).essence
  } catch {
    return undefined
  }
}

/** Single parameters as strings and repeated ones as lists, the form that Prism takes. */
function queryOf({ search }: URL): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(parseQuery(search.slice(1))).map(([name, value = '']) => [name, value]),
  )
}
