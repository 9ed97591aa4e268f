import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { createAnswer } from './answer.ts'
import { UnmetPreference } from './prefer.ts'
import { loadOperations, type Operation } from './prism.ts'
import { byLikeness, problem } from './problem.ts'
import type { Wording } from './wording.ts'

/** A Web-standard handler that answers as the contract says, and keeps no state. */
export type Mock = { fetch: (request: Request) => Promise<Response> }

export type MockOptions = {
  /** Where the contract's paths are mounted, such as `/mock/example`; at the root by default. */
  basePath?: string
  /** Takes what a developer should see: each refused request and why. Standard error by default. */
  log?: (text: string) => void
  /** How the API words refusals, asked for when the first one is due. Without it, the nearest example is taken. */
  wording?: () => Promise<Wording>
}

/** Bytes of a request body; a larger one gets the 413 that every operation declares. */
const MAX_BODY = 64 * 1024

/**
 * Makes a mock of an OpenAPI 3.1 document in one piece.
 * @throws when the document is not OpenAPI
 */
export async function createMock(document: object, options: MockOptions = {}): Promise<Mock> {
  const { basePath = '', log = console.error, wording } = options
  const operations = await loadOperations(document)
  const app = new Hono()
  // With credentials no wildcard counts, so all that a script may read is named (Fetch standard, "CORS protocol and credentials").
  app.use(cors({ origin: (origin) => origin, credentials: true, exposeHeaders: headersOf(operations) }))
  for (const operation of operations) {
    const { answer, tooLarge } = createAnswer(operation, { basePath, log, ...(wording && { wording }) })
    const limit = limitBody(operation, tooLarge)
    app.on(methodOf(operation), basePath + honoPath(operation), limit, answer)
  }
  app.notFound((c) => noSuchOperation(operations, basePath, c.req.method, c.req.path))
  app.onError((error, c) => {
    if (error instanceof UnmetPreference) return problem(400, error.message)
    log(`${c.req.method} ${c.req.path}: the mock failed: ${error.message}`)
    return problem(500, `The mock failed: ${error.message}`)
  })
  return { fetch: async (request) => app.fetch(request) }
}

/** Counts the bytes of a body only when it does not tell its length: counting makes a request several times slower. */
function limitBody(
  { request }: Operation,
  onError: (c: Context) => Promise<Response> | Response,
): MiddlewareHandler {
  const count = bodyLimit({ maxSize: MAX_BODY, onError })
  return async (c, next) => {
    const length = c.req.header('content-length')
    const fits = !request?.body || (length !== undefined && Number(length) <= MAX_BODY)
    return fits ? next() : count(c, next)
  }
}

function noSuchOperation(operations: Operation[], basePath: string, method: string, path: string): Response {
  const names = operations.map((operation) => `${methodOf(operation)} ${basePath}${operation.path}`)
  const available = byLikeness(names, `${method} ${path}`)
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

const headersOf = (operations: Operation[]) => [
  ...new Set(
    operations
      .flatMap(({ responses }) => responses)
      .flatMap(({ headers = [] }) => headers.map(({ name }) => name)),
  ),
  'sl-violations',
]
