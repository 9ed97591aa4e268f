import { z } from '@hono/zod-openapi'
import { bodySchema } from './body.ts'
import type { Answer, Route } from './handlers.ts'

/** Puts an answer on the wire: its body as JSON, or none at all. */
export function toResponse({ status, headers = {}, body }: Answer): Response {
  const sent = new Headers(body === undefined ? {} : { 'Content-Type': 'application/json' })
  for (const [name, value] of Object.entries(headers)) {
    if (Array.isArray(value)) for (const one of value) sent.append(name, one)
    else sent.set(name, String(value))
  }
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: sent })
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
