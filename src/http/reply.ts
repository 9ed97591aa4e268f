import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodySchema } from './body.ts'
import type { Env } from './env.ts'
import type { Reply, ReplyHeaders, Route } from './handlers.ts'

/**
 * Makes a response of a reply: its body as JSON, or none. Its headers override those that middleware has set; of headers that
 * differ in case alone the last one counts.
 */
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
  if (lists.length === 0) return new Response(text, { status, headers: plain })
  const all = new Headers(plain)
  for (const [name, values] of lists) for (const value of values) all.append(name, value)
  return new Response(text, { status, headers: all })
}

/**
 * The response of something beside the operations, with the headers that middleware has set. Its own win, except for the id of
 * the request, by which the log knows it.
 */
export function withHeaders(c: Context<Env>, { status, headers, body }: Response): Response {
  const all = new Headers({ ...c.get('headers'), ...Object.fromEntries(headers) })
  all.set('x-request-id', c.get('requestId'))
  all.delete('set-cookie')
  for (const cookie of headers.getSetCookie()) all.append('set-cookie', cookie)
  return new Response(body, { status, headers: all })
}

/**
 * Compares the reply of a handler with the contract, as data can differ from what its type promises.
 * @throws {Error} that names the operation, the status and every fault of the body
 */
export function checkReply(operationId: string, route: Route, { status, body }: Reply): void {
  const declared = route.responses[status]
  const problem = (text: string) => new Error(`${operationId} replied ${status}, ${text}`)
  if (!declared) throw problem('which its contract does not declare')
  const schema = bodySchema('content' in declared ? declared.content : undefined)
  if (!schema) {
    if (body !== undefined) throw problem('which has no body in its contract')
    return
  }
  // What counts is what the wire will carry: dates are text there and undefined members are gone.
  const result = schema.safeParse(body === undefined ? undefined : JSON.parse(JSON.stringify(body)))
  if (!result.success)
    throw problem(`with a body that breaks its contract:\n${z.prettifyError(result.error)}`)
}

/**
 * Compares the headers of a response with the contract: the required ones are present, and all have a declared form.
 * @throws {Error} that names the operation, the status and every header at fault
 */
export function checkHeaders(operationId: string, route: Route, { status, headers }: Response): void {
  const declared = route.responses[status]
  const schema = declared && 'headers' in declared ? declared.headers : undefined
  if (!(schema instanceof z.ZodObject)) return
  const sent = Object.keys(schema.shape).map((name) => {
    // Cookies are sent one header each; the contract describes the first.
    const value = name.toLowerCase() === 'set-cookie' ? headers.getSetCookie()[0] : headers.get(name)
    return [name, value ?? undefined]
  })
  const result = schema.safeParse(Object.fromEntries(sent))
  if (!result.success)
    throw new Error(
      `${operationId} replied ${status}, with headers that break its contract:\n${z.prettifyError(result.error)}`,
    )
}
