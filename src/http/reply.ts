import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { essenceOf, isJson } from '../openapi/media-type.ts'
import { bodySchema, type Content } from './body.ts'
import type { Env } from './env.ts'
import type { Reply, ReplyHeaders, Route } from './handlers.ts'

/** The bodies of replies. Reading a body from its stream costs much more. */
const texts = new WeakMap<Response, string>()

/** Returns the body of a response that `respond` created, without reading it. */
export const textOfReply = (response: Response): string | undefined => texts.get(response)

/**
 * Converts a reply to a response. Its headers override those that middleware has set.
 * @param mediaType of the body; a text or blob is sent unchanged unless it is JSON
 */
export function respond(
  c: Context<Env>,
  { status, headers = {}, body }: Reply,
  mediaType = 'application/json',
): Response {
  const plain: Record<string, string> = { ...c.get('headers') }
  if (body !== undefined) plain['content-type'] = mediaType
  const lists: [string, string[]][] = []
  for (const name in headers) {
    const value = headers[name] as ReplyHeaders[string]
    if (Array.isArray(value)) lists.push([name, value])
    else plain[name.toLowerCase()] = String(value)
  }
  const isRaw = body instanceof Blob || (typeof body === 'string' && !isJson(mediaType))
  const content = body === undefined ? null : isRaw ? body : JSON.stringify(body)
  if (lists.length === 0) return keepText(new Response(content, { status, headers: plain }), content)
  const all = new Headers(plain)
  for (const [name, values] of lists) for (const value of values) all.append(name, value)
  return keepText(keepCookies(new Response(content, { status, headers: all }), all), content)
}

/** Browsers remove `Set-Cookie` from responses that scripts create (Fetch Standard, section 2.2.2). */
function keepCookies(response: Response, headers: Headers): Response {
  const isComplete = response.headers.has('set-cookie') || !headers.has('set-cookie')
  return isComplete ? response : Object.defineProperty(response, 'headers', { value: headers })
}

function keepText(response: Response, content: string | Blob | null): Response {
  if (!(content instanceof Blob)) texts.set(response, content ?? '')
  return response
}

/**
 * Adds the headers that middleware has set to the response of a non-API route. Headers of the response win,
 * except for `X-Request-ID`, which must match the log.
 */
export function withHeaders(c: Context<Env>, { status, headers, body }: Response): Response {
  const all = new Headers({ ...c.get('headers'), ...Object.fromEntries(headers) })
  all.set('x-request-id', c.get('requestId'))
  all.delete('set-cookie')
  for (const cookie of headers.getSetCookie()) all.append('set-cookie', cookie)
  return new Response(body, { status, headers: all })
}

/**
 * Checks the reply of a handler against the contract, because stored data can differ from its TypeScript
 * type.
 * @throws {Error} with the operation, the status and every violation
 */
export function checkReply(operationId: string, route: Route, { status, body }: Reply): void {
  const declared = declaredResponse(route, status)
  const problem = (text: string) => new Error(`${operationId} replied ${status}, ${text}`)
  if (!declared) throw problem('a status that its contract does not declare')
  const content = contentOf(declared)
  if (!content) {
    if (body !== undefined) throw problem('whose contract declares no body')
    return
  }
  const mediaType = replyMediaType(route, status)
  const schema = bodySchema(content, mediaType)
  if (!schema || body instanceof Blob) return
  // Compare what is sent: serialization turns dates into strings and drops undefined fields.
  const result = schema.safeParse(body === undefined ? undefined : JSON.parse(JSON.stringify(body)))
  if (!result.success)
    throw problem(`with a body that breaks its contract:\n${z.prettifyError(result.error)}`)
}

/** Returns the declaration of a status: its own, that of its range (`4XX`), or the default. */
function declaredResponse({ responses }: Route, status: number) {
  return responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses.default
}

function contentOf(declared: Route['responses'][string]): Content | undefined {
  const content = 'content' in declared ? declared.content : undefined
  return content && Object.keys(content).length > 0 ? content : undefined
}

/** Returns the media type of a reply: JSON if the contract declares it, or the first one. */
export function replyMediaType(route: Route, status: number): string {
  const declared = declaredResponse(route, status)
  const types = Object.keys((declared && contentOf(declared)) ?? {}).map(essenceOf)
  return types.find(isJson) ?? types[0] ?? 'application/json'
}

/**
 * Checks the headers of a response against the contract: required headers must be present, and all must
 * match their schema.
 * @throws {Error} with the operation, the status and every missing or invalid header
 */
export function checkHeaders(operationId: string, route: Route, { status, headers }: Response): void {
  const declared = declaredResponse(route, status)
  const schema = declared && 'headers' in declared ? declared.headers : undefined
  if (!(schema instanceof z.ZodObject)) return
  const sent = Object.keys(schema.shape).map((name) => {
    // There is one header per cookie. The contract describes the first.
    const value = name.toLowerCase() === 'set-cookie' ? headers.getSetCookie()[0] : headers.get(name)
    return [name, value ?? undefined]
  })
  const result = schema.safeParse(Object.fromEntries(sent))
  if (!result.success)
    throw new Error(
      `${operationId} replied ${status}, with headers that break its contract:\n${z.prettifyError(result.error)}`,
    )
}
