import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { createAnswer, type Validate } from './answer.ts'
import { loadOperations, type Operation } from './prism.ts'
import { problem, sortBySimilarity } from './problem.ts'

/** A stateless handler that answers from the contract. */
export interface Mock {
  fetch: (request: Request) => Promise<Response>
}

export interface MockOptions {
  /** Where the contract's paths are mounted, such as `/mock/example`; at the root by default. */
  basePath?: string
  /** Receives each rejected request and the reasons, for a developer to read. Standard error by default. */
  log?: (text: string) => void
  /** Words errors as the API's own server does. Without it, an invalid request gets the first fitting example. */
  validate?: Validate
}

/** Bytes of a request body; a larger one gets the 413 that every operation declares. */
const maxBodyBytes = 64 * 1024

/**
 * Makes a mock of a bundled OpenAPI 3.1 document.
 * @throws if the document is not OpenAPI
 */
export async function createMock(document: object, options: MockOptions = {}): Promise<Mock> {
  const { basePath = '', log = console.error, validate } = options
  const operations = await loadOperations(document)
  const app = new Hono()
  // Wildcards have no effect with credentials, so readable headers are listed (Fetch, "CORS protocol and credentials").
  app.use(cors({ origin: (origin) => origin, credentials: true, exposeHeaders: headersOf(operations) }))
  for (const operation of operations) {
    const { answer, tooLarge } = createAnswer(operation, { basePath, log, ...(validate && { validate }) })
    const limit = limitBody(operation, tooLarge)
    app.on(methodOf(operation), basePath + honoPath(operation), limit, answer)
  }
  app.notFound((c) => noSuchOperation(operations, basePath, c.req.method, c.req.path))
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    log(`${c.req.method} ${c.req.path}: the mock failed: ${error.message}`)
    return problem(500, `The mock failed: ${error.message}`)
  })
  return { fetch: async (request) => app.fetch(request) }
}

/** Counts the bytes of a body only if its length is not announced: counting makes a request several times slower. */
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

function noSuchOperation(operations: Operation[], basePath: string, method: string, path: string): Response {
  const names = operations.map((operation) => `${methodOf(operation)} ${basePath}${operation.path}`)
  const available = sortBySimilarity(names, `${method} ${path}`)
  const allow = operations.filter((operation) => covers(operation, path.slice(basePath.length))).map(methodOf)
  if (allow.length === 0) {
    const detail = `${path} is no path of this contract. These are, the nearest first.`
    return problem(404, detail, { available })
  }
  const refusal = problem(405, `${path} takes ${allow.join(', ')}, not ${method}.`, { available })
  refusal.headers.set('allow', allow.join(', '))
  return refusal
}

const methodOf = ({ method }: Operation) => method.toUpperCase()
const honoPath = ({ path }: Operation) => path.replace(/\{([^}]+)\}/g, ':$1')

function covers(operation: Operation, path: string): boolean {
  const segments = operation.path.split('/')
  const given = path.split('/')
  return (
    segments.length === given.length &&
    segments.every((segment, index) => segment.startsWith('{') || segment === given[index])
  )
}

function headersOf(operations: Operation[]) {
  return [
    ...new Set(
      operations
        .flatMap(({ responses }) => responses)
        .flatMap(({ headers = [] }) => headers.map(({ name }) => name)),
    ),
    'sl-violations',
  ]
}
