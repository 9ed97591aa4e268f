import type { SecurityRequirement } from '../../openapi/document.ts'
import { type Contract, headersOf, mediaTypeOf, type Operation } from '../contract/contract.ts'
import type { Exchange } from '../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../test-case.ts'
import type { Adapter } from '../variants/adapter.ts'
import { castRequest, exampleCredentials } from '../world/cast.ts'
import type { Setup, Stage } from '../world/stage.ts'
import { exampleNames, exampleRequest, examplesOf, type RequestParts, toRequest } from './example-request.ts'

/**
 * Returns one test for each named example: the request of that name gets the response of that name. Responses
 * without a request of their name depend on the state of the server, so they need a setup.
 */
export function exampleCases(contract: Contract, adapter: Adapter | undefined): TestCase[] {
  return contract.operations.flatMap((operation) => {
    const requests = exampleNames(contract, operation)
    const responses = responseExamples(contract, operation)
    const paired = (requests.length > 0 ? requests : ['ok']).flatMap((name) => {
      const response = responses.find((candidate) => candidate.name === name)
      return response ? [{ ...response, isPaired: true }] : []
    })
    const unpaired = responses.filter(
      ({ name }) => !requests.includes(name) && !paired.some((each) => each.name === name),
    )
    return [...paired, ...unpaired.map((response) => ({ ...response, isPaired: false }))].map((example) =>
      exampleCase(contract, adapter, operation, example),
    )
  })
}

export interface ResponseExample {
  name: string
  status: number
  /** The example of the body; undefined if it has none. */
  body: unknown
}

/** Returns the named examples of all responses of an operation. */
export function responseExamples({ document }: Contract, { responses }: Operation): ResponseExample[] {
  return [...responses].flatMap(([status, response]) => {
    const media = mediaTypeOf(response)
    const bodies = media ? examplesOf(document, media.node) : {}
    const headers = [...headersOf(document, response).values()].flatMap(({ node }) =>
      Object.keys(examplesOf(document, node)),
    )
    return [...new Set([...Object.keys(bodies), ...headers])].map((name) => ({
      name,
      status: Number(status),
      body: bodies[name],
    }))
  })
}

function exampleCase(
  contract: Contract,
  adapter: Adapter | undefined,
  operation: Operation,
  { name, status, body, isPaired }: ResponseExample & { isPaired: boolean },
): TestCase {
  const key = `${operation.id} ${name}`
  const setup = adapter?.setups[key] ?? adapter?.setups[name]
  return {
    pack: 'cases',
    operationId: operation.id,
    title: name,
    writes: !operation.isSafe || operation.method !== 'get',
    isExclusive: setup?.isExclusive ?? false,
    async run(probe, stage) {
      if (!isPaired && !setup)
        throw new NotExercisedError('No request example has this name, and no setup leads to it.')
      if (adapter?.needsExampleData.includes(key) && !stage.hooks.hasExampleData)
        throw new NotExercisedError('Only a server with the data of the examples can answer it.')
      const exchange = await probe.send(
        toRequest(await prepareRequest(contract, operation, name, stage, setup?.run)),
      )
      compare(probe, exchange, { name, status, body })
    },
  }
}

/**
 * Builds the request of an example for this server: with real users, and in the state that a setup made.
 * @param alternative the security schemes whose credentials are sent
 */
export async function prepareRequest(
  contract: Contract,
  operation: Operation,
  name: string | undefined,
  stage: Stage,
  setup: Setup['run'] | undefined,
  alternative: SecurityRequirement = operation.security[0] ?? {},
): Promise<RequestParts> {
  const example = exampleRequest(contract, operation, name)
  const credentials = exampleCredentials(contract, alternative, stage.hooks.credentials)
  const cast = await castRequest(stage, { ...example, headers: { ...credentials, ...example.headers } })
  return { ...cast, ...(await setup?.(stage, cast)) }
}

/** Compares a response with its example: the status, and what a program reads of an error. */
function compare(probe: Probe, exchange: Exchange, { name, status, body }: ResponseExample): void {
  const { operation, response } = exchange
  const where = `${operation?.id}, example ${name}`
  if (response.status !== status) {
    const check = status < 400 ? 'positive_data_acceptance' : 'example_conformance'
    probe.report(check, exchange, `${where}: expected ${status}, got ${response.status}.`)
    return
  }
  const [expected, actual] = [errorCodeIn(body), errorCodeIn(response.body)]
  if (status >= 400 && expected !== undefined && actual !== expected)
    probe.report(
      'example_conformance',
      exchange,
      `${where}: expected the error code ${expected}, got ${actual}.`,
    )
}

/** Reads the code of an error: `error.code`, `code`, or a string `error` without spaces. */
function errorCodeIn(body: unknown): unknown {
  const { error, code } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  if (typeof code === 'string') return code
  if (typeof error === 'object' && error !== null) return (error as { code?: unknown }).code
  return typeof error === 'string' && !error.includes(' ') ? error : undefined
}
