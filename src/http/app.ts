import { OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { essenceOf, formType, isJson } from '../openapi/media-type.ts'
import { type Call, type Env, requestMetaOf } from './env.ts'
import type { Callers, Handlers, Reply, Route, Routes } from './handlers.ts'
import { type ErrorResponses, HttpError, type HttpProblem, problemReply } from './http-error.ts'
import { accessLog, type Log, type Observe } from './middleware/access-log.ts'
import { type Authentication, authenticate } from './middleware/authenticate.ts'
import { cors } from './middleware/cors.ts'
import { limitBody, maxBodyBytes, maxUploadBytes } from './middleware/limit-body.ts'
import { omitRateLimitHeaders, rateLimit } from './middleware/rate-limit.ts'
import { type ReadClientIp, requestContext } from './middleware/request-context.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { validate } from './middleware/validate.ts'
import { createPathReader, isSafe, pathBelow, pathsInOrder, rawPath, routingPathOf } from './paths.ts'
import type { RateLimiting } from './rate-limits.ts'
import { checkReply, replyMediaType, respond } from './reply.ts'
import { describeUnknownPath } from './suggestions.ts'

/** A Hono app that serves the operations of a contract. */
export type ContractApp = OpenAPIHono<Env>

/** The named components of a contract, as its generated `routes.ts` exports them. */
export interface Components {
  schemas: Readonly<Record<string, z.ZodType>>
  securitySchemes: Readonly<Record<string, object>>
}

export interface AppOptions<R extends Routes = Routes, C extends Callers = object> {
  routes: R
  /** The path below which the operations are served, without a slash at the end. Empty by default. */
  basePath?: string
  /** Only used in the OpenAPI document that the app emits. */
  components?: Components
  /** An operation without a handler responds with 501. */
  handlers: Partial<Handlers<R, C>>
  errorResponses: ErrorResponses
  /** Operations that ignore an invalid body instead of rejecting it. */
  lenientBodies?: readonly string[]
  /** Maps errors that are the same for all APIs, such as a database outage; undefined for any other error. */
  toProblem?: (error: Error, requestId: string) => HttpProblem | undefined
  /** Maps an error of an operation to this API's own reply; undefined for an unexpected error (500). */
  replyToError?: (error: Error, call: Call) => Reply | undefined
  /** Without it, protected operations are open. */
  authentication?: Authentication<C>
  rateLimiting?: RateLimiting<C>
  /** Extra middleware per operation, by operationId. */
  middlewareByOperation?: Readonly<Record<string, MiddlewareHandler<Env>>>

  /** Without it, there is no access log and unexpected errors go to the console. */
  log?: Log
  observe?: Observe
  /**
   * The URL of the server and the origins that it trusts. Without it, no security or CORS headers are sent.
   */
  site?: { publicUrl: string; allowsOrigin: (origin: string) => boolean }
  /** Finds the IP address of a client behind proxies. The remote IP address of the socket by default. */
  readClientIp?: ReadClientIp
  /** Runs before all routes, after logging and headers. */
  middleware?: readonly MiddlewareHandler<Env>[]
  /** Runs first in each operation. The sandbox injects faults here. */
  beforeOperations?: readonly MiddlewareHandler<Env>[]
  /** Routes that are not operations of the contract, such as `/healthz`. */
  otherRoutes?: Hono<Env>
  /**
   * The path of the server's URL, empty at the root. If set, the response to an unknown path suggests others.
   */
  suggestPathsBelow?: string
  /** Whether replies of handlers are checked against the contract, which costs time. True by default. */
  checkReplies?: boolean
}

/**
 * Creates the Hono app of a contract. It lists all middleware in the order in which it runs;
 * `addOperation` lists what runs in each operation.
 *
 * Listeners other than @hono/node-server pass the IP address of the socket as `app.fetch(request, { ip })`.
 * @example
 * const app = createApp({ routes, handlers, errorResponses })
 * await app.request('/v1/auth/me')
 */
export function createApp<R extends Routes, C extends Callers = object>(
  options: AppOptions<R, C>,
): ContractApp {
  const { routes, errorResponses, log, observe, site, middleware = [], otherRoutes } = options
  const getPath = options.basePath ? pathBelow(options.basePath) : rawPath
  const app: ContractApp = new OpenAPIHono<Env>({ getPath })
  app.onError((error, c) => respond(c, toErrorReply(error, c, options as AppOptions)))

  registerComponents(app, options.components)

  app.use(requestContext(options.readClientIp))
  if (log) app.use(accessLog(log, observe))
  if (site) app.use(securityHeaders(site.publicUrl), cors(site.allowsOrigin, routes))
  for (const handler of middleware) app.use(handler)

  if (otherRoutes) app.route('/', otherRoutes)
  for (const { routingPath, operationIds, allow } of pathsInOrder(routes)) {
    for (const id of operationIds) {
      const route = routes[id] as Route
      if (!isSafe(route)) app.get(routingPath, rejectHead(allow))
      addOperation(app, id, route, options as unknown as AppOptions)
    }
    app.all(routingPath, (c) => {
      if (c.req.method === 'OPTIONS') return respond(c, { status: 204, headers: { Allow: allow.join(', ') } })
      throw new HttpError({ kind: 'methodNotAllowed', allow })
    })
  }
  // Not `app.notFound`: an outer app that mounts this one would override it.
  app.all('*', (c) => respond(c, problemReply(errorResponses, unknownPath(c, options), failedRequest(c))))
  return app
}

/** Describes an unknown path, in development with the closest ones of the contract. */
function unknownPath<R extends Routes, C extends Callers>(
  { req: { method, path } }: Context<Env>,
  { routes, suggestPathsBelow: base }: AppOptions<R, C>,
): HttpProblem {
  if (base === undefined) return { kind: 'notFound' }
  const operations = Object.values<Route>(routes).map(
    (route) => `${route.method.toUpperCase()} ${base}${route.path}`,
  )
  const { message } = describeUnknownPath(operations, { method, path: base + path })
  return { kind: 'notFound', message }
}

/** Registers all components. The emitted document would lack those that no operation refers to. */
function registerComponents(
  { openAPIRegistry }: ContractApp,
  { schemas, securitySchemes }: Components = { schemas: {}, securitySchemes: {} },
): void {
  for (const [name, schema] of Object.entries(schemas)) openAPIRegistry.register(name, schema)
  for (const [name, scheme] of Object.entries(securitySchemes))
    openAPIRegistry.registerComponent('securitySchemes', name, scheme as never)
}

/** Registers an operation: its middleware in order, then its handler. */
function addOperation(app: ContractApp, operationId: string, route: Route, options: AppOptions): void {
  const { authentication, rateLimiting, checkReplies = true, lenientBodies = [] } = options
  const { beforeOperations = [], middlewareByOperation = {} } = options
  const limits = rateLimiting?.limits
  const limit = limits?.byIp?.[operationId]
  const operationMiddleware = middlewareByOperation[operationId]
  const handler = options.handlers[operationId] as AnyHandler | undefined

  const steps: MiddlewareHandler<Env>[] = [setCall(operationId, route)]
  steps.push(...beforeOperations)
  if (limits?.statusesWithoutHeaders) steps.push(omitRateLimitHeaders(limits.statusesWithoutHeaders))
  if (rateLimiting && limit) steps.push(rateLimit(limit, rateLimiting))
  if (operationMiddleware) steps.push(operationMiddleware)
  if (authentication && route.security?.length) steps.push(authenticate(authentication, rateLimiting))
  if (handler) {
    // After authentication, so that bodies of unauthenticated clients are not read and 401 comes before 413.
    steps.push(limitBody(acceptsFiles(route) ? maxUploadBytes : maxBodyBytes))
    if (route.request) steps.push(validate(lenientBodies.includes(operationId)))
  }

  // The document gets the complete route. The route that is served has no `request`: `validate` replaces
  // the validators that `app.openapi` would add for it.
  app.openAPIRegistry.registerPath(route)
  const { request: _, ...served } = route
  app.openapi(
    { ...served, path: routingPathOf(route.path), hide: true, middleware: steps },
    handler ? handle(handler, checkReplies) : notImplemented(operationId),
  )
}

/** Tells whether a body can contain files: it is neither JSON nor a form without files. */
function acceptsFiles({ request }: Route): boolean {
  const types = Object.keys(request?.body?.content ?? {}).map(essenceOf)
  return types.some((type) => !isJson(type) && type !== formType)
}

type AnyHandler = (input: object) => Reply | Promise<Reply>

/** Rejects HEAD, which Hono dispatches like GET, where GET has effects (RFC 9110, section 9.2.1). */
function rejectHead(allow: string[]): MiddlewareHandler<Env> {
  return function rejectHead(c, next) {
    if (c.req.method === 'HEAD') throw new HttpError({ kind: 'methodNotAllowed', allow })
    return next()
  }
}

/** Stores the matched operation in the context. */
function setCall(operationId: string, route: Route): MiddlewareHandler<Env> {
  const readPath = createPathReader(route.path)
  return function setCall(c, next) {
    const { raw: request } = c.req
    const params = readPath?.(c.req.path) ?? c.req.param()
    const [requestId, requestMeta] = [c.get('requestId'), requestMetaOf(c)]
    c.set('call', { operationId, route, request, params, requestId, requestMeta })
    return next()
  }
}

/** Calls the handler of an operation with the results of the middleware, and sends its reply. */
function handle(handler: AnyHandler, checkReplies: boolean) {
  const mediaTypes = new Map<number, string>()
  const mediaTypeFor = (route: Route, status: number) => {
    const known = mediaTypes.get(status) ?? replyMediaType(route, status)
    mediaTypes.set(status, known)
    return known
  }
  return async (c: Context<Env>) => {
    const { operationId, route, requestMeta, requestId } = c.get('call') as Call
    const caller = c.get('caller')
    const reply = await callHandler(() =>
      handler({ ...c.get('input'), caller, requestMeta, requestId, request: c.req.raw }),
    )
    if (checkReplies) checkReply(operationId, route, reply)
    return respond(c, reply, mediaTypeFor(route, reply.status))
  }
}

/** Wraps thrown values that are not errors, because Hono passes only instances of `Error` to `onError`. */
async function callHandler(act: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await act()
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown
    throw new Error('A handler threw a value that is not an Error', { cause: thrown })
  }
}

function notImplemented(operationId: string) {
  return () => {
    throw new HttpError({ kind: 'notImplemented', operationId })
  }
}

/**
 * Maps any thrown error to a reply in the API's error shape. Unexpected errors are logged and become a 500.
 */
function toErrorReply(error: Error, c: Context<Env>, options: AppOptions): Reply {
  const { errorResponses, toProblem, replyToError, log } = options
  const problem = error instanceof HttpError ? error.problem : toProblem?.(error, c.get('requestId'))
  if (problem) return problemReply(errorResponses, problem, failedRequest(c))
  const call = c.get('call')
  const reply = call && replyToError?.(error, call)
  if (reply) return reply
  if (log) log.error({ requestId: c.get('requestId'), err: error }, 'unexpected error')
  else console.error(error)
  return problemReply(errorResponses, { kind: 'internalError' }, failedRequest(c))
}

const failedRequest = (c: Context<Env>) => ({
  request: c.req.raw,
  requestId: c.get('requestId'),
  route: c.get('call')?.route,
})
