import { OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { type Call, type Env, requestMetaOf } from './env.ts'
import type { Callers, Handlers, Reply, Route, Routes } from './handlers.ts'
import { type ErrorResponses, HttpError, type HttpProblem, problemReply } from './http-error.ts'
import { accessLog, type Log, type Observe } from './middleware/access-log.ts'
import { type Authentication, authenticate } from './middleware/authenticate.ts'
import { cors } from './middleware/cors.ts'
import { limitBody, maxBodyBytes } from './middleware/limit-body.ts'
import { rateLimit, unreportedRateLimit } from './middleware/rate-limit.ts'
import { type ClientAddress, requestContext } from './middleware/request-context.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { validate } from './middleware/validate.ts'
import { pathsInOrder, rawPath } from './paths.ts'
import type { RateLimiting } from './rate-limits.ts'
import { checkReply, respond } from './reply.ts'

/** A Hono app that serves a contract. */
export type ContractApp = OpenAPIHono<Env>

/** The named parts of a contract, as its generated `routes.ts` exports them. */
export interface Components {
  schemas: Readonly<Record<string, z.ZodType>>
  securitySchemes: Readonly<Record<string, object>>
}

export interface AppOptions<R extends Routes = Routes, C extends Callers = object> {
  routes: R
  /** For the document that the app emits; requests need none of it. */
  components?: Components
  /** An operation without a handler answers 501. */
  handlers: Partial<Handlers<R, C>>
  errorResponses: ErrorResponses
  /** Operations for which an unusable body counts as none. */
  lenientBodies?: readonly string[]
  /** The problem that an error of any API stands for; undefined for every other error. */
  toProblem?: (error: Error, requestId: string) => HttpProblem | undefined
  /** What this API replies to an error of its operations; undefined for a fault. */
  replyToError?: (error: Error, call: Call) => Reply | undefined
  /** Protected operations are open without it. */
  authentication?: Authentication<C>
  rateLimiting?: RateLimiting<C>
  /** Middleware of single operations, by operationId. */
  middlewareByOperation?: Readonly<Record<string, MiddlewareHandler<Env>>>

  /** Faults go to the console without it. */
  log?: Log
  observe?: Observe
  /** Where the server and the frontends that it trusts are; a server without it sends no security headers and no CORS. */
  site?: { publicUrl: string; allowsOrigin: (origin: string) => boolean }
  /** Reads the IP address of a client behind proxies; the other end of the socket by default. */
  clientAddress?: ClientAddress
  /** Middleware in front of everything but logging and headers. */
  middleware?: readonly MiddlewareHandler<Env>[]
  /** Middleware in front of each operation: development adds faults here. */
  beforeOperations?: readonly MiddlewareHandler<Env>[]
  /** Routes that are not operations of the contract. */
  otherRoutes?: Hono<Env>
  /** Whether the replies of handlers are compared with the contract, which costs time and finds mistakes; true by default. */
  checkReplies?: boolean
}

/**
 * Makes the app of a contract. What happens to a request stands here, in order; each step is a middleware.
 * Listeners other than @hono/node-server pass the IP address of the client as `app.fetch(request, { ip })`.
 * @example
 * const app = createApp({ routes, handlers, errorResponses })
 * await app.request('/v1/auth/me')
 */
export function createApp<R extends Routes, C extends Callers = object>(
  options: AppOptions<R, C>,
): ContractApp {
  const { routes, errorResponses, log, observe, site, middleware = [], otherRoutes } = options
  const app: ContractApp = new OpenAPIHono<Env>({ getPath: rawPath })
  app.onError((error, c) => respond(c, replyTo(error, c, options as AppOptions)))

  registerComponents(app, options.components)

  app.use(requestContext(options.clientAddress))
  if (log) app.use(accessLog(log, observe))
  if (site) app.use(securityHeaders(site.publicUrl), cors(site.allowsOrigin, routes))
  for (const handler of middleware) app.use(handler)

  if (otherRoutes) app.route('/', otherRoutes)
  for (const { routingPath, operationIds, allow } of pathsInOrder(routes)) {
    for (const id of operationIds)
      addOperation(app, id, routes[id] as Route, options as unknown as AppOptions)
    app.all(routingPath, (c) => {
      if (c.req.method === 'OPTIONS') return respond(c, { status: 204, headers: { Allow: allow.join(', ') } })
      throw new HttpError({ kind: 'methodNotAllowed', allow })
    })
  }
  // A route rather than app.notFound, which an app that mounts this one would replace.
  app.all('*', (c) => respond(c, problemReply(errorResponses, { kind: 'notFound' }, refusedRequest(c))))
  return app
}

/** Lets `app.getOpenAPI31Document()` name what the contract names, also where no operation refers to it. */
function registerComponents(
  { openAPIRegistry }: ContractApp,
  { schemas, securitySchemes }: Components = { schemas: {}, securitySchemes: {} },
): void {
  for (const [name, schema] of Object.entries(schemas)) openAPIRegistry.register(name, schema)
  for (const [name, scheme] of Object.entries(securitySchemes))
    openAPIRegistry.registerComponent('securitySchemes', name, scheme as never)
}

function addOperation(app: ContractApp, operationId: string, route: Route, options: AppOptions): void {
  const { authentication, rateLimiting, checkReplies = true, lenientBodies = [] } = options
  const { beforeOperations = [], middlewareByOperation = {} } = options
  const limits = rateLimiting?.limits
  const limit = limits?.byIp?.[operationId]
  const own = middlewareByOperation[operationId]
  const handler = options.handlers[operationId] as AnyHandler | undefined

  const steps: MiddlewareHandler<Env>[] = [setCall(operationId, route)]
  steps.push(...beforeOperations)
  if (limits?.unreportedStatuses) steps.push(unreportedRateLimit(limits.unreportedStatuses))
  if (rateLimiting && limit) steps.push(rateLimit(limit, rateLimiting))
  if (own) steps.push(own)
  if (authentication && route.security?.length) steps.push(authenticate(authentication, rateLimiting))
  if (handler) {
    // After authentication: a documented 401 comes before 413, and the bodies of strangers are not read at all.
    steps.push(limitBody(maxBodyBytes))
    if (route.request) steps.push(validate(lenientBodies.includes(operationId)))
  }

  // The document keeps the whole route; the one that is served goes without `request`, in whose place `validate` stands.
  app.openAPIRegistry.registerPath(route)
  const { request: _, ...served } = route
  app.openapi(
    { ...served, hide: true, middleware: steps },
    handler ? handle(handler, checkReplies) : notImplemented(operationId),
  )
}

type AnyHandler = (input: object) => Reply | Promise<Reply>

/** Tells later steps which operation the path and method have led to. */
function setCall(operationId: string, route: Route): MiddlewareHandler<Env> {
  return function setCall(c, next) {
    const { raw: request } = c.req
    const [requestId, params, requestMeta] = [c.get('requestId'), c.req.param(), requestMetaOf(c)]
    c.set('call', { operationId, route, request, params, requestId, requestMeta })
    return next()
  }
}

/** Calls the handler of an operation with what the steps before have found out, and sends its reply. */
function handle(handler: AnyHandler, checkReplies: boolean) {
  return async (c: Context<Env>) => {
    const { operationId, route, requestMeta, requestId } = c.get('call') as Call
    const caller = c.get('caller')
    const reply = await settle(() =>
      handler({ ...c.get('input'), caller, requestMeta, requestId, request: c.req.raw }),
    )
    if (checkReplies) checkReply(operationId, route, reply)
    return respond(c, reply)
  }
}

/** Hono passes only instances of `Error` to `onError`. */
async function settle(act: () => Reply | Promise<Reply>): Promise<Reply> {
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

/** The reply to whatever was thrown below an app. */
function replyTo(error: Error, c: Context<Env>, options: AppOptions): Reply {
  const { errorResponses, toProblem, replyToError, log } = options
  const problem = error instanceof HttpError ? error.problem : toProblem?.(error, c.get('requestId'))
  if (problem) return problemReply(errorResponses, problem, refusedRequest(c))
  const call = c.get('call')
  const reply = call && replyToError?.(error, call)
  if (reply) return reply
  if (log) log.error({ requestId: c.get('requestId'), err: error }, 'fault')
  else console.error(error)
  return problemReply(errorResponses, { kind: 'internalError' }, refusedRequest(c))
}

const refusedRequest = (c: Context<Env>) => ({ request: c.req.raw, requestId: c.get('requestId') })
