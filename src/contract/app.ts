import { type Context, Hono } from 'hono'
import type { Answer, Callers, Handlers, Route, Routes } from './handlers.ts'
import { type Call, readInput } from './input.ts'
import { type Refusal, type Refusals, Refused, word } from './refusals.ts'
import { checkReply, toResponse } from './reply.ts'

export type AppOptions<R extends Routes, C extends Callers = object> = {
  routes: R
  /** An operation without one is refused as not implemented. */
  handlers: Partial<Handlers<R, C>>
  refusals: Refusals
  /** Operations for which a body that cannot be used counts as none. */
  lenientBodies?: readonly string[]
  /**
   * Asked about every protected operation before anything in the request is validated. Gives what one of the declared ways
   * to authenticate says of the caller, or throws to refuse.
   */
  authenticate?: (call: Call) => Promise<Partial<C>>
  /** Words what a handler or `authenticate` threw; undefined for what is no refusal but a fault. */
  wordError?: (error: unknown, call: Call) => Answer | undefined
  /** Stands around each call that has led to an operation; the answer inside is worded already. */
  intercept?: (call: Call, answer: () => Promise<Answer>) => Promise<Answer>
  /** Takes faults; standard error by default. */
  report?: (fault: unknown, request: Request) => void
  /** Whether replies are compared with the contract, which costs time and finds mistakes; true by default. */
  checkReplies?: boolean
}

/**
 * Makes an app that serves a contract: it finds the operation, validates the request, asks the handler, and compares the
 * reply with the contract. Whatever it refuses by itself has the wording of `refusals`. A handler that throws, or a reply
 * that breaks the contract, is told on the console and answered as an internal error.
 */
export function createApp<R extends Routes, C extends Callers = object>(options: AppOptions<R, C>): Hono {
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

async function serve<R extends Routes, C extends Callers>(
  options: AppOptions<R, C>,
  operationId: keyof R & string,
  route: Route,
  c: Context,
): Promise<Response> {
  const call: Call = { operationId, route, request: c.req.raw, params: c.req.param() }
  const { intercept } = options
  const answer = () => worded(options, call, () => handle(options, operationId, call))
  return toResponse(intercept ? await worded(options, call, () => intercept(call, answer)) : await answer())
}

/** Never fails: what is thrown becomes an answer. */
async function worded<R extends Routes, C extends Callers>(
  { refusals, wordError, report = (fault) => console.error(fault) }: AppOptions<R, C>,
  call: Call,
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refused) return word(refusals, error.refusal, call.request)
    const answer = wordError?.(error, call)
    if (answer) return answer
    report(error, call.request)
    return word(refusals, { kind: 'internalError' }, call.request)
  }
}

async function handle<R extends Routes, C extends Callers>(
  { handlers, lenientBodies, authenticate, checkReplies = true }: AppOptions<R, C>,
  operationId: keyof R & string,
  call: Call,
): Promise<Answer> {
  // Whoever may not call learns nothing about the form of a call.
  const caller = call.route.security?.length ? await authenticate?.(call) : undefined
  const handler = handlers[operationId] as ((input: unknown) => Promise<Answer>) | undefined
  if (!handler) throw new Refused({ kind: 'notImplemented', operationId })
  const input = await readInput(call, lenientBodies?.includes(operationId) ?? false)
  const reply = await handler(caller ? { ...input, caller } : input)
  if (checkReplies) checkReply(operationId, call.route, reply)
  return reply
}
