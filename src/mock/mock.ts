import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { createOperationHandlers, maxBodyBytes, type Validate } from './operation-handlers.ts'
import { loadOperations, type Operation } from './prism.ts'
import { problem, sortBySimilarity } from './problem.ts'

/** A stateless handler that responds with examples of a contract. */
export interface Mock {
  fetch: (request: Request) => Promise<Response>
}

export interface MockOptions {
  /** The prefix of all paths, such as `/mock/example`. Empty by default. */
  basePath?: string
  /** Receives a text about each rejected request. Writes to standard error by default. */
  log?: (text: string) => void
  /** Validates requests like the API's own server. By default, invalid requests get an example response. */
  validate?: Validate
}

/**
 * Creates a mock of a bundled OpenAPI 3.1 document.
 * @throws {Error} if the document is not OpenAPI
 */
export async function createMock(document: object, options: MockOptions = {}): Promise<Mock> {
  const { basePath = '', log = console.error, validate } = options
  const operations = await loadOperations(document)
  const app = new Hono()
  // With credentials, browsers ignore the wildcard, so the readable headers are listed one by one.
  app.use(cors({ origin: (origin) => origin, credentials: true, exposeHeaders: declaredHeaders(operations) }))
  for (const operation of operations) {
    const { handle, rejectTooLarge } = createOperationHandlers(operation, {
      basePath,
      log,
      ...(validate && { validate }),
    })
    const limit = limitBody(operation, rejectTooLarge)
    app.on(toMethod(operation), basePath + toHonoPath(operation), limit, handle)
  }
  app.notFound((c) => rejectUnknown(operations, basePath, c.req.method, c.req.path))
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    log(`${c.req.method} ${c.req.path}: internal error of the mock: ${error.message}`)
    return problem(500, `Internal error of the mock: ${error.message}`)
  })
  return { fetch: async (request) => app.fetch(request) }
}

/** Counts the bytes of a body only without a `Content-Length`, because counting is several times slower. */
function limitBody(
  { request }: Operation,
  onError: (c: Context) => Promise<Response> | Response,
): MiddlewareHandler {
  const count = bodyLimit({ maxSize: maxBodyBytes, onError })
  return async (c, next) => {
    const length = c.req.header('content-length')
    const fits = !request?.body || (length !== undefined && Number(length) <= maxBodyBytes)
    return fits ? next() : count(c, next)
  }
}

function rejectUnknown(operations: Operation[], basePath: string, method: string, path: string): Response {
  const names = operations.map((operation) => `${toMethod(operation)} ${basePath}${operation.path}`)
  const available = sortBySimilarity(names, `${method} ${path}`)
  const allow = operations
    .filter((operation) => matchesPath(operation, path.slice(basePath.length)))
    .map(toMethod)
  if (allow.length === 0) {
    const closest = available.slice(0, 3).join(', ')
    return problem(404, `No operation matches ${path}. Closest matches: ${closest}.`, { available })
  }
  const methods = allow.join(', ')
  const response = problem(405, `${path} does not support ${method}. Supported: ${methods}.`, { available })
  response.headers.set('allow', methods)
  return response
}

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
