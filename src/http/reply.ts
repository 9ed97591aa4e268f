import { z } from '@hono/zod-openapi'
import { bodySchema } from './body.ts'
import type { Answer, ReplyHeaders, Route } from './handlers.ts'

/**
 * Puts an answer on the wire: its body as JSON, or none at all. Of headers that differ in case alone the last one counts. They
 * are plain data as long as they can be, which is what a listener writes fastest.
 * @param base headers of every answer, their names in lower case; those of the answer win
 */
export function toResponse(
  { status, headers = {}, body }: Answer,
  base: Readonly<Record<string, string>> = {},
): Response {
  const text = body === undefined ? null : JSON.stringify(body)
  const sent: Record<string, string> = { ...base }
  if (text !== null) sent['content-type'] = 'application/json'
  const lists: [string, string[]][] = []
  for (const name in headers) {
    const value = headers[name] as ReplyHeaders[string]
    if (Array.isArray(value)) lists.push([name, value])
    else sent[name.toLowerCase()] = String(value)
  }
  if (lists.length === 0) return new Response(text, { status, headers: sent })
  const all = new Headers(sent)
  for (const [name, values] of lists) for (const value of values) all.append(name, value)
  return new Response(text, { status, headers: all })
}

/**
 * Compares a handler's reply with the contract, as data from elsewhere can be what its type says it is not.
 * @throws {Error} that names the operation, the status and every fault of the body
 */
export function checkReply(operationId: string, route: Route, { status, body }: Answer): void {
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
 * Compares the headers of an answer with the contract: those that it requires are there, and all have a declared form.
 * @param base headers that every answer gets, their names in lower case
 * @throws {Error} that names the operation, the status and every header at fault
 */
export function checkHeaders(
  { operationId, route }: { operationId: string; route: Route },
  { status, headers = {} }: Answer,
  base: Readonly<Record<string, string>> = {},
): void {
  const declared = route.responses[status]
  const schema = declared && 'headers' in declared ? declared.headers : undefined
  if (!(schema instanceof z.ZodObject)) return
  const sent = new Map<string, ReplyHeaders[string]>(Object.entries(base))
  for (const [name, value] of Object.entries(headers)) sent.set(name.toLowerCase(), value)
  const values = Object.keys(schema.shape).map((name) => {
    const value = sent.get(name.toLowerCase())
    return [name, value === undefined ? value : String(Array.isArray(value) ? value[0] : value)]
  })
  const result = schema.safeParse(Object.fromEntries(values))
  if (!result.success)
    throw new Error(
      `${operationId} replied ${status}, with headers that break its contract:\n${z.prettifyError(result.error)}`,
    )
}
