import type { SecurityRequirement } from '../../openapi/document.ts'
import { type Contract, findOperation, mediaTypeOf, type Operation } from '../contract/contract.ts'
import type { Exchange, RequestData } from '../exchange.ts'
import { NoResponseError } from '../no-response.ts'
import { NotExercisedError } from '../test-case.ts'
import type { Adapter } from '../variants/adapter.ts'
import { alternativeOf, assertHasCredentials } from '../world/credentials.ts'
import type { Stage } from '../world/stage.ts'
import { prepareRequest, responseExamples } from './cases.ts'
import { exampleNames, exampleRequest, examplesOf, type RequestParts, toRequest } from './example-request.ts'

/** Valid requests of all operations, prepared for this server and shared by the tests of a pack. */
export interface BaseRequests {
  /**
   * Sends the base request of an operation after a change. A request that succeeds can use up what it needs,
   * such as a session; then the request is prepared again.
   * @throws {NotExercisedError} if the server rejects the credentials
   */
  send: (
    operation: Operation,
    stage: Stage,
    change: (parts: RequestParts) => RequestParts,
    options: SendOptions,
  ) => Promise<Exchange>
}

export interface SendOptions {
  send: Stage['send']
  /** The last change, on the request itself. */
  edit?: (request: RequestData) => RequestData
  /** The security alternative whose credentials are sent; one that the run has by default. */
  alternative?: SecurityRequirement
  /** Whether the change itself can be answered with 401. */
  expects401?: boolean
  /** Whether the change concerns the credentials, so that they need not be valid. */
  breaksCredentials?: boolean
  /** Prepares the request again after a success only if the server rejects it then: for many successes. */
  isReused?: boolean
}

interface Prepared {
  parts: Promise<RequestParts>
  /** Whether a request succeeded, so that credentials and tokens may be used up. */
  isUsed: boolean
}

/** Creates the shared requests of a run. Accounts cost password hashes, so each request is prepared once. */
export function createBaseRequests(contract: Contract, adapter: Adapter | undefined): BaseRequests {
  const known = new Map<string, Prepared>()

  function prepare(operation: Operation, stage: Stage, alternative: SecurityRequirement): Prepared {
    return { parts: prepareBaseRequest(contract, adapter, operation, stage, alternative), isUsed: false }
  }

  return {
    async send(
      operation,
      stage,
      change,
      { send, edit = same, expects401 = false, breaksCredentials = false, isReused = false, ...more },
    ) {
      const { alternative = alternativeOf(contract, operation, stage.hooks) } = more
      const key = `${operation.id} ${JSON.stringify(alternative)}`
      const attempt = async () => {
        const prepared = known.get(key) ?? prepare(operation, stage, alternative)
        known.set(key, prepared)
        const exchange = await send(edit(toRequest(change(await prepared.parts))))
        if (exchange.response.status < 400 && isWriting(operation)) {
          prepared.isUsed = true
          if (!isReused && known.get(key) === prepared) known.delete(key)
        }
        return { exchange, prepared }
      }
      const { exchange, prepared } = await attempt()
      if (exchange.response.status !== 401 || Object.keys(alternative).length === 0) return exchange
      if (prepared.isUsed) {
        if (known.get(key) === prepared) known.delete(key)
        return (await attempt()).exchange
      }
      if (!breaksCredentials) assertHasCredentials(contract, stage.hooks, alternative)
      if (!expects401)
        throw new NotExercisedError('The server rejects the credentials of the request with 401.')
      return exchange
    },
  }
}

/** Prepares the base request of an operation for this server, with users of the stage. */
export function prepareBaseRequest(
  contract: Contract,
  adapter: Adapter | undefined,
  operation: Operation,
  stage: Stage,
  alternative: SecurityRequirement = alternativeOf(contract, operation, stage.hooks),
): Promise<RequestParts> {
  const name = baseExampleName(contract, operation) ?? ''
  const response = responseExamples(contract, operation).find((example) => example.name === name)
  const about = { operationId: operation.id, name, status: response?.status ?? 200 }
  const setup = adapter?.setups[`${operation.id} ${name}`]
  // Without its state the request is still rejected because of a change, only a little less precisely.
  return prepareRequest(
    contract,
    operation,
    about,
    stage,
    setup?.isExclusive ? undefined : setup,
    alternative,
  )
}

const same = (request: RequestData) => request

/** Chooses the example to change: the first that succeeds, or else the first valid one. */
function baseExampleName(contract: Contract, operation: Operation): string | undefined {
  const names = exampleNames(operation).filter((name) => !invalidNames(operation).includes(name))
  const succeeding = responseExamples(contract, operation).filter(({ status }) => status < 400)
  return names.find((name) => succeeding.some((response) => response.name === name)) ?? names[0]
}

function invalidNames({ body, parameters }: Operation): string[] {
  const media = body && mediaTypeOf(body)
  return [...(media ? [media.node] : []), ...parameters.map(({ node }) => node)].flatMap((part) =>
    Object.keys(part['x-invalid-examples'] ?? {}),
  )
}

/** Builds the base request of an operation with the people of the examples. */
export function staticBaseRequest(contract: Contract, operation: Operation): RequestParts {
  return exampleRequest(contract, operation, baseExampleName(contract, operation))
}

/**
 * Accepts that a server closes the connection instead of answering, as some do with large bodies.
 * @throws {NotExercisedError} instead of the error of the connection
 */
export function unlessClosed<Result>(sending: Promise<Result>): Promise<Result> {
  return sending.catch((error: unknown) => {
    throw error instanceof NoResponseError ? new NotExercisedError(error.message) : error
  })
}

/** Returns whether a request reaches its operation, and not another whose path is more literal. */
export function reaches({ operations }: Contract, operation: Operation, { path }: RequestData): boolean {
  const { pathname } = new URL(path, 'http://localhost')
  return findOperation(operations, operation.method, pathname) === operation
}

/** Returns whether a call of the operation can change data, apart from its declared method. */
export const isWriting = ({ isSafe, method }: Operation): boolean => !isSafe || method !== 'get'

/** Returns the values of the examples of a request body, valid ones first. */
export function bodyExamples({ document }: Contract, { body }: Operation): unknown[] {
  const media = body && mediaTypeOf(body)
  return media ? Object.values(examplesOf(document, media.node)) : []
}
