import { type Context, Hono } from 'hono'
import type { Answer, Handlers, Route, Routes } from './handlers.ts'
import { type Call, readInput } from './input.ts'
import { type Refusal, type Refusals, Refused, word } from './refusals.ts'
import { checkReply, toResponse } from './reply.ts'

export type AppOptions<R extends Routes> = {
  routes: R
  /** An operation without one is refused as not implemented. */
  handlers: Partial<Handlers<R>>
  refusals: Refusals
  /** Operations for which a body that cannot be used counts as none. */
  lenientBodies?: readonly string[]
  /** Asked before anything in the request is validated; an answer refuses the call. */
  authenticate?: (call: Call) => Promise<Answer | undefined>
}

/**
 * Makes an app that serves a contract: it finds the operation, validates the request, asks the handler, and compares the
 * reply with the contract. Whatever it refuses by itself has the wording of `refusals`. A handler that throws, or a reply
 * that breaks the contract, is told on the console and answered as an internal error.
 */
export function createApp<R extends Routes>(options: AppOptions<R>): Hono {
  const { routes, refusals } = options
  const app = new Hono()
  const refuse = (refusal: Refusal) => (c: Context) => toResponse(word(refusals, refusal, c.req.raw))
  for (const [path, operations] of byPath(routes)) {
    const allow = allowedMethods(operations)
    for (const [operationId, route] of operations) {
      app.on(route.method.toUpperCase(), path, (c) => serve(options, operationId, route, c))
    }
    app.options(path, () => toResponse({ status: 204, headers: { Allow: allow.join(', ') } }))
    app.all(path, refuse({ kind: 'methodNotAllowed', allow }))
  }
  // A route rather than app.notFound, which an app that mounts this one would override.
  return app.all('*', refuse({ kind: 'notFound' }))
}

type Operation<R extends Routes> = [operationId: keyof R & string, route: Route]

/** Concrete paths come before templated ones, as OpenAPI wants them matched. */
function byPath<R extends Routes>(routes: R): [path: string, operations: Operation<R>[]][] {
  const operations = Object.entries(routes) as Operation<R>[]
  const groups = Map.groupBy(operations, ([, route]) => route.getRoutingPath())
  // A colon begins a parameter: replaced by the last letter of all, it sorts behind every concrete segment.
  const key = (path: string) => path.replaceAll(':', '\uffff')
  return [...groups].sort(([a], [b]) => (key(a) < key(b) ? -1 : 1))
}

/** Hono answers HEAD by GET without its body. */
function allowedMethods(operations: [string, Route][]): string[] {
  const methods = operations.map(([, { method }]) => method.toUpperCase())
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}

async function serve<R extends Routes>(
  { handlers, refusals, lenientBodies, authenticate }: AppOptions<R>,
  operationId: keyof R & string,
  route: Route,
  c: Context,
): Promise<Response> {
  const request = c.req.raw
  try {
    const call: Call = { operationId, route, request, params: c.req.param() }
    // Whoever may not call learns nothing about the form of a call.
    const refusal = await authenticate?.(call)
    if (refusal) return toResponse(refusal)
    const handler = handlers[operationId] as ((input: unknown) => Promise<Answer>) | undefined
    if (!handler) throw new Refused({ kind: 'notImplemented', operationId })
    const reply = await handler(await readInput(call, lenientBodies?.includes(operationId) ?? false))
    checkReply(operationId, route, reply)
    return toResponse(reply)
  } catch (error) {
    if (error instanceof Refused) return toResponse(word(refusals, error.refusal, request))
    console.error(error)
    return toResponse(word(refusals, { kind: 'internalError' }, request))
  }
}
