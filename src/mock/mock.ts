import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import type { Env } from '../http/env.ts'
import { HttpError } from '../http/http-error.ts'
import { limitBody, maxBodyBytes } from '../http/middleware/limit-body.ts'
import { rawPath } from '../http/paths.ts'
import type { Document } from '../openapi/document.ts'
import { type Endpoint, endpointsOf } from '../openapi/operations.ts'
import { toPointer } from '../openapi/pointer.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { createContractProblems, type Locate } from './contract-problems.ts'
import { type Delay, delayResponses } from './delay.ts'
import { createGenerator } from './generator.ts'
import { InvalidContractError, readingContract } from './invalid-contract-error.ts'
import { readOperation } from './operation.ts'
import { createOperationHandlers, type OperationHandlers, type Validate } from './operation-handlers.ts'
import { createOperationRouter } from './operation-router.ts'
import { problem } from './problem.ts'
import { createRequestValidator } from './request-validator.ts'

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
  /** The name of the API, for messages. */
  name?: string
  /** Finds the file and line of a JSON Pointer, for messages about the contract. */
  locate?: Locate
}

/**
 * Creates a mock of a bundled OpenAPI 3.1 document. An operation is prepared at its first request.
 * @throws {Error} if the document is not OpenAPI
 */
export async function createMock(contract: object, options: MockOptions = {}): Promise<Mock> {
  const { basePath = '', log = console.error, delay, validate, name, locate } = options
  const document = contract as Document
  const endpoints = endpointsOf(document).sort((a, b) => countParameters(a.path) - countParameters(b.path))
  const router = createOperationRouter(endpoints, basePath)
  const problems = createContractProblems(log, name, locate)
  const shared = {
    document,
    findRejection: createRequestValidator(document, validate !== undefined),
    generator: createGenerator(document),
    log,
    warn: problems.warn,
    ...(validate && { validate }),
  }
  const prepared = new Map<Endpoint, OperationHandlers>()
  function handlersOf(endpoint: Endpoint): OperationHandlers {
    const known = prepared.get(endpoint)
    if (known) return known
    const handlers = readingContract(toPointer('paths', endpoint.path, endpoint.method), () =>
      createOperationHandlers(readOperation(document, endpoint), shared),
    )
    prepared.set(endpoint, handlers)
    return handlers
  }

  // Percent-encoded letters stay encoded, as in the server.
  const app = new Hono<Env>({ getPath: rawPath })
  app.use(async (c, next) => {
    await next()
    // Responses contain tokens (RFC 6749, section 5.1), and change with the contract.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
    // `cors` responds to every OPTIONS request as to a preflight.
    const isPreflight = c.req.header('access-control-request-method') !== undefined
    if (c.req.method !== 'OPTIONS' || isPreflight) return
    const allow = router.allowedMethods(c.req.path)
    if (allow.length === 0) c.res = router.reject(c.req.method, c.req.path)
    else c.header('allow', allow.join(', '))
  })
  // With credentials, browsers ignore the wildcard, so the readable headers are listed one by one.
  const exposeHeaders = [...declaredHeaders(document, endpoints), 'sl-violations']
  app.use(cors({ origin: (origin) => origin, credentials: true, exposeHeaders }))
  app.use(delayResponses(delay))
  const limit = limitBody(validate ? maxBodyBytes : maxUploadBytes)
  app.all('*', async (c) => {
    const route = router.find(c.req.method, c.req.path)
    if (!route) return router.reject(c.req.method, c.req.path)
    const { endpoint, params } = route
    try {
      const { handle } = handlersOf(endpoint)
      // Operations without a body ignore it.
      if (!endpoint.operation.requestBody) return await handle(c, params)
      let response: Response | undefined
      await limit(c, async () => {
        response = await handle(c, params)
      })
      return response
    } catch (error) {
      if (error instanceof InvalidContractError) return problems.toResponse(endpoint, error)
      if (error instanceof HttpError && error.problem.kind === 'tooLarge')
        return handlersOf(endpoint).rejectTooLarge(c)
      throw error
    }
  })
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    // The client closed the connection before the end of the body, so only this status is left of the call.
    if (error instanceof HttpError) return problem(400, 'The body is incomplete.')
    log(`${c.req.method} ${c.req.path}: internal error of the mock: ${error.message}`)
    return problem(500, `Internal error of the mock: ${error.message}`)
  })
  return { fetch: async (request) => app.fetch(request) }
}

/** Without the server of the API, the mock does not know the limit. */
const maxUploadBytes = 10 * 1024 * 1024

const countParameters = (path: string) => path.split('{').length

/** Returns the names of all headers of responses. */
function declaredHeaders(document: Document, endpoints: Endpoint[]): string[] {
  const responses = endpoints.flatMap(({ operation }) => Object.values(operation.responses ?? {}))
  return [...new Set(responses.flatMap((node) => Object.keys(resolveRef(document, node).headers ?? {})))]
}
