import type { MiddlewareHandler } from 'hono'
import type { VariantName } from '../../generated/index.ts'
import { routeModules, type VariantRoutes } from '../../generated/variant-routes.ts'
import { type Components, type ContractApp, createApp } from '../http/app.ts'
import { defaultErrorResponses } from '../http/default-errors.ts'
import type { Env } from '../http/env.ts'
import type { Handlers, Routes } from '../http/handlers.ts'
import { type ErrorResponses, HttpError } from '../http/http-error.ts'
import type { Authentication } from '../http/middleware/authenticate.ts'
import { credentialsOf } from '../openapi/credentials.ts'
import type { Method, SecurityScheme } from '../openapi/document.ts'
import { missingCredentials } from '../openapi/missing-credentials.ts'
import { createRouter } from '../openapi/path-router.ts'
import { isServed, variants } from '../variants/index.ts'
import { assertVariantName } from './variant-name.ts'

/** The handlers that exist so far, by operationId. */
export type StubHandlers<Api extends VariantName | StubApi> = Partial<
  Handlers<Api extends VariantName ? VariantRoutes[Api] : Api extends StubApi ? Api['routes'] : never>
>

/** An API to serve: the module `routes.ts` that `auth-contracts generate` writes, and settings. */
export interface StubApi extends Partial<Components> {
  routes: Routes
  /** Operations without a route, by operationId. They respond with 501. None by default. */
  leftOut?: LeftOut
  /** The path of the server's URL, such as `/auth/v1`. Empty by default. */
  basePath?: string
  /**
   * The responses to requests that reach no handler. By default, they have the form of the declared errors.
   */
  errorResponses?: ErrorResponses
  /** Operations that ignore an invalid body instead of rejecting it. None by default. */
  lenientBodies?: readonly string[]
}

type LeftOut = Readonly<Record<string, { method: Method; path: string }>>

/**
 * Creates a server from a contract and the handlers that you have written so far. Requests are validated
 * against the contract, and so are the replies of handlers. A request without a credential that its operation
 * demands gets a 401; whether a credential is valid, the handler decides. Operations without a handler
 * respond with 501 in the API's own error shape, and are listed on the console.
 * @param api the name of an API of this package, or generated routes
 * @param handlers functions by operationId; none by default
 * @returns a Hono app
 * @throws {UserError} when the API is unknown
 * @throws {Error} when the operationId of a handler is unknown, or that of an operation without a route
 * @example
 * const app = await createStub('<variant>', {
 *   async signIn({ body }) {
 *     return { status: 200, body: await signIn(body) }
 *   },
 * })
 * serve({ fetch: app.fetch, port: 3000 })
 * @example
 * import * as acme from './generated/acme/routes.ts'
 *
 * const app = await createStub(acme, {
 *   async createSession({ body }) {
 *     return { status: 201, body: await createSession(body) }
 *   },
 * })
 */
export async function createStub<Api extends VariantName | StubApi>(
  api: Api,
  handlers: StubHandlers<Api> = {},
): Promise<ContractApp> {
  const name = typeof api === 'string' ? api : 'The contract'
  const known: StubApi = typeof api === 'string' ? await loadApi(api) : api
  const { routes, leftOut = {}, schemas = {}, securitySchemes = {} } = known
  const { basePath = '', lenientBodies = [] } = known
  const operations = Object.keys(routes)
  const withoutRoute = Object.keys(leftOut)
  const unknown = Object.keys(handlers).find((id) => !operations.includes(id))
  if (unknown && withoutRoute.includes(unknown))
    throw new Error(`${explainLeftOut(unknown)}, so remove its handler.`)
  if (unknown)
    throw new Error(`${name} has no operation "${unknown}". Its operations are ${operations.join(', ')}.`)
  const missing = [...operations.filter((id) => !(id in handlers)), ...withoutRoute]
  const total = operations.length + withoutRoute.length
  if (missing.length > 0)
    console.warn(
      `${name}: ${missing.length} of ${total} operations respond with 501: ${missing.join(', ')}${
        withoutRoute.length > 0 ? `. ${explainLeftOut(withoutRoute.join(', '))}.` : ''
      }`,
    )
  return createApp<Routes>({
    ...{ routes, basePath, lenientBodies },
    // Typed by the operations of this API, which `createApp` does not know.
    handlers: handlers as object,
    authentication: requireCredentials(securitySchemes, handlers),
    middleware: withoutRoute.length > 0 ? [rejectLeftOut(routes, leftOut)] : [],
    components: { schemas, securitySchemes },
    errorResponses: known.errorResponses ?? defaultErrorResponses(routes),
  })
}

/**
 * Rejects requests without the credentials that their operation demands. Whether these are valid is left to
 * the handlers, and operations without one respond with 501 in any case.
 */
function requireCredentials(
  securitySchemes: Components['securitySchemes'],
  handlers: object,
): Authentication {
  const components = { securitySchemes: securitySchemes as Record<string, SecurityScheme> }
  return {
    async authenticate({ operationId, route: { security = [] }, request }) {
      if (!(operationId in handlers)) return {}
      const missing = missingCredentials(
        security.map((requirement) => credentialsOf({ components }, requirement)),
        { headers: Object.fromEntries(request.headers), query: new URL(request.url).searchParams },
      )
      if (missing.length > 0) throw new HttpError({ kind: 'missingCredentials', missing })
      return {}
    },
  }
}

const explainLeftOut = (ids: string) => `The generated code cannot express ${ids}`

/** Responds to operations that have no route. The router knows the others, too: the best match wins. */
function rejectLeftOut(routes: Routes, leftOut: LeftOut): MiddlewareHandler<Env> {
  const served = Object.values(routes).map(({ method, path }) => ({ method: method as Method, path }))
  const rejected = Object.entries(leftOut).map(([operationId, endpoint]) => ({ ...endpoint, operationId }))
  const router = createRouter<{ method: Method; path: string; operationId?: string }>([
    ...served,
    ...rejected,
  ])
  return function rejectLeftOut({ req }, next) {
    const method = req.method === 'HEAD' ? 'get' : req.method.toLowerCase()
    const operationId = router.match(method as Method, req.path)?.endpoint.operationId
    if (operationId === undefined) return next()
    throw new HttpError({ kind: 'notImplemented', operationId, message: explainLeftOut(operationId) })
  }
}

/** Loads an API of this package. If it has a server, its error responses are known. */
async function loadApi(name: VariantName): Promise<StubApi> {
  assertVariantName(name)
  const module = await routeModules[name]()
  if (!isServed(name)) return module
  const { errorResponses, lenientBodies } = await variants[name]()
  return { ...module, errorResponses, lenientBodies }
}
