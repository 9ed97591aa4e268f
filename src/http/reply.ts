import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodySchema } from './body.ts'
import type { Env } from './env.ts'
import type { Reply, ReplyHeaders, Route } from './handlers.ts'

/** The bodies of replies. Reading a body from its stream costs much more. */
const texts = new WeakMap<Response, string>()

/** Returns the body of a response that `respond` created, without reading it. */
export const textOfReply = (response: Response): string | undefined => texts.get(response)

/** Converts a reply to a JSON response. Its headers override those that middleware has set. */
export function respond(c: Context<Env>, { status, headers = {}, body }: Reply): Response {
  const text = body === undefined ? null : JSON.stringify(body)
  const plain: Record<string, string> = { ...c.get('headers') }
  if (text !== null) plain['content-type'] = 'application/json'
  const lists: [string, string[]][] = []
  for (const name in headers) {
    const value = headers[name] as ReplyHeaders[string]
    if (Array.isArray(value)) lists.push([name, value])
    else plain[name.toLowerCase()] = String(value)
  }
  if (lists.length === 0) return keepText(new Response(text, { status, headers: plain }), text)
  const all = new Headers(plain)
  for (const [name, values] of lists) for (const value of values) all.append(name, value)
  return keepText(keepCookies(new Response(text, { status, headers: all }), all), text)
}

/** Browsers remove `Set-Cookie` from responses that scripts create (Fetch Standard, section 2.2.2). */
function keepCookies(response: Response, headers: Headers): Response {
  const isComplete = response.headers.has('set-cookie') || !headers.has('set-cookie')
  return isComplete ? response : Object.defineProperty(response, 'headers', { value: headers })
}

function keepText(response: Response, text: string | null): Response {
  texts.set(response, text ?? '')
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
  const declared = route.responses[status]
  const problem = (text: string) => new Error(`${operationId} replied ${status}, ${text}`)
  if (!declared) throw problem('a status that its contract does not declare')
  const schema = bodySchema('content' in declared ? declared.content : undefined)
  if (!schema) {
    if (body !== undefined) throw problem('whose contract declares no body')
    return
  }
  // Compare what is sent: serialization turns dates into strings and drops undefined fields.
  const result = schema.safeParse(body === undefined ? undefined : JSON.parse(JSON.stringify(body)))
  if (!result.success)
    throw problem(`with a body that breaks its contract:\n${z.prettifyError(result.error)}`)
}

/**
 * Checks the headers of a response against the contract: required headers must be present, and all must
 * match their schema.
 * @throws {Error} with the operation, the status and every missing or invalid header
 */
export function checkHeaders(operationId: string, route: Route, { status, headers }: Response): void {
  const declared = route.responses[status]
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
