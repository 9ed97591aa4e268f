import { Hono } from 'hono'
import { routePath } from 'hono/route'
import type { Answer, Callers, Handlers, Route, Routes } from './handlers.ts'
import { type Call, readInput } from './input.ts'
import { type Refusals, Refused, word } from './refusals.ts'
import { checkReply, toResponse } from './reply.ts'
import { createRouter } from './router.ts'

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
  const answer = createAnswerer(options)
  // A route rather than app.notFound, which an app that mounts this one would override; its path tells where that is.
  return new Hono().all('*', async (c) => {
    const base = routePath(c).replace(/\/?\*$/, '')
    return toResponse(await answer(c.req.raw, c.req.path.slice(base.length)))
  })
}

/**
 * The same without the app around it, for servers that have more to say about an answer before it is put on the wire.
 * @returns answers a request at a path, which is that of its address unless the app is mounted; never fails
 */
export function createAnswerer<R extends Routes, C extends Callers = object>(
  options: AppOptions<R, C>,
): (request: Request, path: string) => Promise<Answer> {
  const { routes, refusals } = options
  const match = createRouter(routes)
  return async (request, path) => {
    const found = match(path)
    if (!found) return word(refusals, { kind: 'notFound' }, request)
    // HEAD is GET without a body, which is dropped where the answer is put on the wire.
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const operationId = found.operations.get(method)
    const route = operationId === undefined ? undefined : routes[operationId]
    if (operationId !== undefined && route) return serve(options, operationId, route, request, found.params)
    if (request.method === 'OPTIONS') return { status: 204, headers: { Allow: found.allow.join(', ') } }
    return word(refusals, { kind: 'methodNotAllowed', allow: found.allow }, request)
  }
}

async function serve<R extends Routes, C extends Callers>(
  options: AppOptions<R, C>,
  operationId: keyof R & string,
  route: Route,
  request: Request,
  params: Record<string, string>,
): Promise<Answer> {
  const call: Call = { operationId, route, request, params }
  const { intercept } = options
  const answer = () => worded(options, call, () => handle(options, operationId, call))
  return intercept ? worded(options, call, () => intercept(call, answer)) : answer()
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
