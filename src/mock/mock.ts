import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { HttpError } from '../http/http-error.ts'
import { limitBody, maxBodyBytes } from '../http/middleware/limit-body.ts'
import { rawPath } from '../http/paths.ts'
import { describeUnknownPath } from '../http/suggestions.ts'
import { type Delay, delayResponses } from './delay.ts'
import { createOperationHandlers, type Validate } from './operation-handlers.ts'
import { loadOperations, type Operation } from './prism.ts'
import { problem } from './problem.ts'

/** A stateless handler that responds with examples of a contract. */
export interface Mock {
  fetch: (request: Request) => Promise<Response>
}

export interface MockOptions {
  /** The prefix of all paths, such as `/mock/example`. Empty by default. */
  basePath?: string
  /** Receives a text about each rejected request. Writes to standard error by default. */
  log?: (text: string) => void
  /** Delays each response. A request can override it with the header `X-Mock-Response-Delay`. */
  delay?: Delay
  /** Validates requests like the API's own server. By default, invalid requests get an example response. */
  validate?: Validate
}

/**
 * Creates a mock of a bundled OpenAPI 3.1 document.
 * @throws {Error} if the document is not OpenAPI
 */
export async function createMock(document: object, options: MockOptions = {}): Promise<Mock> {
  const { basePath = '', log = console.error, delay, validate } = options
  const operations = await loadOperations(document)
  // Percent-encoded letters stay encoded, as in the server.
  const app = new Hono({ getPath: rawPath })
  const rejectRequest = ({ req }: Context) => rejectUnknown(operations, basePath, req.method, req.path)
  app.use(async (c, next) => {
    await next()
    // `cors` responds to every OPTIONS request as to a preflight.
    const isPreflight = c.req.header('access-control-request-method') !== undefined
    if (c.req.method !== 'OPTIONS' || isPreflight) return
    const allow = allowedMethods(operations, c.req.path.slice(basePath.length))
    if (allow.length === 0) c.res = rejectRequest(c)
    else c.header('allow', allow.join(', '))
  })
  // With credentials, browsers ignore the wildcard, so the readable headers are listed one by one.
  app.use(cors({ origin: (origin) => origin, credentials: true, exposeHeaders: declaredHeaders(operations) }))
  app.use(delayResponses(delay))
  for (const operation of operations) {
    const { handle, rejectTooLarge } = createOperationHandlers(operation, {
      basePath,
      log,
      ...(validate && { validate }),
    })
    const limit = limitBodyOf(operation, rejectTooLarge)
    const path = basePath + toHonoPath(operation)
    // Hono dispatches HEAD like GET, which has effects here (RFC 9110, section 9.2.1).
    if (!isSafe(operation))
      app.get(path, async (c, next) => (c.req.method === 'HEAD' ? rejectRequest(c) : next()))
    app.on(toMethod(operation), path, limit, handle)
  }
  app.notFound(rejectRequest)
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    // The client closed the connection before the end of the body, so only this status is left of the call.
    if (error instanceof HttpError) return problem(400, 'The body is incomplete.')
    log(`${c.req.method} ${c.req.path}: internal error of the mock: ${error.message}`)
    return problem(500, `Internal error of the mock: ${error.message}`)
  })
  return { fetch: async (request) => app.fetch(request) }
}

/** Rejects large bodies of operations that have a body. Other operations ignore bodies. */
function limitBodyOf(
  { request }: Operation,
  rejectTooLarge: (c: Context) => Promise<Response> | Response,
): MiddlewareHandler {
  if (!request?.body) return (_, next) => next()
  const limit = limitBody(maxBodyBytes)
  return async (c, next) => {
    try {
      return await limit(c, next)
    } catch (error) {
      if (error instanceof HttpError && error.problem.kind === 'tooLarge') return rejectTooLarge(c)
      throw error
    }
  }
}

function rejectUnknown(operations: Operation[], basePath: string, method: string, path: string): Response {
  const names = operations.map((operation) => `${toMethod(operation)} ${basePath}${operation.path}`)
  const { message, available } = describeUnknownPath(names, { method, path })
  const allow = allowedMethods(operations, path.slice(basePath.length))
  if (allow.length === 0) return problem(404, message, { available })
  const methods = allow.join(', ')
  const response = problem(405, `${path} does not support ${method}. Supported: ${methods}.`, { available })
  response.headers.set('allow', methods)
  return response
}

/** Returns the methods that a path supports, for the `Allow` header; none if the path is unknown. */
function allowedMethods(operations: Operation[], path: string): string[] {
  const matching = operations.filter((operation) => matchesPath(operation, path))
  if (matching.length === 0) return []
  const allowsHead = matching.some((operation) => operation.method === 'get' && isSafe(operation))
  return [...matching.map(toMethod), ...(allowsHead ? ['HEAD'] : []), 'OPTIONS']
}

/** Returns whether a GET operation has no effects. The contract marks the others. */
const isSafe = ({ extensions }: Operation) => extensions?.['x-safe'] !== false
const toMethod = ({ method }: Operation) => method.toUpperCase()
const toHonoPath = ({ path }: Operation) => path.replace(/\{([^}]+)\}/g, ':$1')

function matchesPath(operation: Operation, path: string): boolean {
  const segments = operation.path.split('/')
  const actual = path.split('/')
  return (
    segments.length === actual.length &&
    segments.every((segment, index) => segment.startsWith('{') || segment === actual[index])
  )
}

function declaredHeaders(operations: Operation[]) {
  return [
    ...new Set(
      operations
        .flatMap(({ responses }) => responses)
        .flatMap(({ headers = [] }) => headers.map(({ name }) => name)),
    ),
    'sl-violations',
  ]
}
