import type { SecurityRequirement } from '../../openapi/document.ts'
import { type Contract, headersOf, mediaTypeOf, type Operation, responseKey } from '../contract/contract.ts'
import type { Exchange } from '../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../test-case.ts'
import type { Adapter } from '../variants/adapter.ts'
import { castRequest } from '../world/cast.ts'
import { alternativeOf, assertHasCredentials, withExampleCredentials } from '../world/credentials.ts'
import { assertHasProvider } from '../world/oauth.ts'
import type { ExampleInfo, Setup } from '../world/setup.ts'
import { commonSetups } from '../world/setups.ts'
import type { Stage } from '../world/stage.ts'
import { exampleNames, exampleRequest, examplesOf, type RequestParts, toRequest } from './example-request.ts'

/**
 * Returns one test for each named example: the request of that name gets the response of that name. Responses
 * without a request of their name depend on the state of the server, so they need a setup.
 */
export function exampleCases(contract: Contract, adapter: Adapter | undefined): TestCase[] {
  return contract.operations.flatMap((operation) => {
    const requests = exampleNames(operation)
    const paired = pairedExamples(contract, operation, adapter)
    const unpaired = [...responseExamples(contract, operation), ...withoutExample(operation, adapter)].filter(
      ({ name }) => !requests.includes(name) && !paired.some((each) => each.name === name),
    )
    return [
      ...paired.map((response) => ({ ...response, isPaired: true })),
      ...unpaired.map((response) => ({ ...response, isPaired: false })),
    ]
      .filter(({ name }) => !isMalformed(name))
      .map((example) => exampleCase(contract, adapter, operation, example))
  })
}

/**
 * Returns the response examples of an operation that have a request of their name. A request without examples
 * can name what the server does not have, so that it only counts for an API whose users the kit creates.
 */
export function pairedExamples(
  contract: Contract,
  operation: Operation,
  adapter: Adapter | undefined,
): ResponseExample[] {
  const requests = exampleNames(operation)
  const responses = responseExamples(contract, operation)
  return (requests.length > 0 ? requests : ['ok']).flatMap(
    (name) =>
      responses.find((candidate) => candidate.name === name) ??
      (requests.length > 0 || adapter ? emptySuccess(operation, name) : undefined) ??
      [],
  )
}

/** The pack `negatives` sends malformed requests to all operations. */
const isMalformed = (name: string) =>
  /^(?:malformedJson|wrongMediaType|unsupportedMediaType|tooLarge)$/.test(name)

export interface ResponseExample {
  name: string
  /** The first one of a range or of `default`. */
  status: number
  /** The key of the response: a status, a range such as `4XX`, or `default`. */
  key: string
  /** The example of the body; undefined if it has none. */
  body: unknown
  /** The example of the header `Location`; undefined if it has none. */
  location: unknown
}

/** Returns the named examples of all responses of an operation. */
export function responseExamples({ document }: Contract, { responses }: Operation): ResponseExample[] {
  return [...responses].flatMap(([status, response]) => {
    const media = mediaTypeOf(response)
    const bodies = media ? examplesOf(document, media.node) : {}
    const headers = headersOf(document, response)
    const location = headers.get('location')
    const locations = location ? examplesOf(document, location.node) : {}
    // Only a response without a body is described by the examples of its headers.
    const names = media
      ? Object.keys(bodies)
      : [...headers.values()].flatMap(({ node }) => Object.keys(examplesOf(document, node)))
    return [...new Set(names)].map((name) => ({
      name,
      status: firstStatus(status, responses),
      key: status,
      body: bodies[name],
      location: locations[name],
    }))
  })
}

/** Without another success, `default` is one; otherwise it describes errors. */
function firstStatus(key: string, responses: Operation['responses']): number {
  if (key !== 'default') return Number(key.replaceAll('X', '0'))
  return [...responses.keys()].some((each) => /^[23]/.test(each)) ? 400 : 200
}

/** A successful response without a body has no example. */
function emptySuccess({ responses }: Operation, name: string): ResponseExample | undefined {
  const found = [...responses].find(([status, { node }]) => /^2\d\d$/.test(status) && !node.content)
  return found && { name, key: found[0], status: Number(found[0]), body: undefined, location: undefined }
}

/** Responses without a body or example are tested under their status, if a setup leads to them. */
function withoutExample({ id, responses }: Operation, adapter: Adapter | undefined): ResponseExample[] {
  return [...responses.keys()]
    .filter((status) => adapter?.setups[`${id} ${status}`])
    .map((key) => ({ name: key, key, status: Number(key), body: undefined, location: undefined }))
}

function exampleCase(
  contract: Contract,
  adapter: Adapter | undefined,
  operation: Operation,
  { isPaired, ...example }: ResponseExample & { isPaired: boolean },
): TestCase {
  const { name, status } = example
  const key = `${operation.id} ${name}`
  const setup = adapter?.setups[key] ?? (isPaired ? undefined : (adapter?.setups[name] ?? commonSetups[name]))
  const isRead = operation.isSafe && operation.method === 'get'
  return {
    pack: 'cases',
    operationId: operation.id,
    title: name,
    writes: !isRead,
    isExclusive: setup?.isExclusive ?? false,
    sharesUsers: isRead || status >= 400,
    expectsRateLimit: status === 429,
    expectsServerError: status >= 500,
    async run(probe, stage) {
      if (!isPaired && !setup)
        throw new NotExercisedError('No request example has this name, and no setup leads to it.')
      const needsData = adapter?.needsExampleData.some((each) => each === key || each === name)
      if (needsData && !stage.hooks.hasExampleData)
        throw new NotExercisedError('Only a server with the data of the examples can answer it.')
      const about = { operationId: operation.id, name, status }
      const request = toRequest(await prepareRequest(contract, operation, about, stage, setup))
      const exchange = await probe.send(request)
      if (exchange.response.status === 401 && status !== 401)
        assertHasCredentials(contract, stage.hooks, alternativeOf(contract, operation, stage.hooks))
      compare(probe, exchange, example, adapter)
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
  about: ExampleInfo,
  stage: Stage,
  setup: Setup | undefined,
  alternative: SecurityRequirement = alternativeOf(contract, operation, stage.hooks),
): Promise<RequestParts> {
  const example = exampleRequest(contract, operation, about.name)
  assertHasProvider(stage, example.path.provider)
  const parts = withExampleCredentials(contract, alternative, example)
  const cast = setup?.needsNoPeople ? parts : await castRequest(stage, parts)
  return { ...cast, ...(await setup?.run(stage, cast, about)) }
}

/** Compares a response with its example: the status, and what a program reads of an error. */
function compare(
  probe: Probe,
  exchange: Exchange,
  { name, status, key, body, location }: ResponseExample,
  adapter: Adapter | undefined,
): void {
  const { operation, response } = exchange
  const operationId = operation?.id ?? ''
  const where = `${operationId}, example ${name}`
  const isDocumented = adapter?.documented[operationId]?.includes(status) ?? !adapter
  const isOwnRule = adapter?.ownRules.includes(`${operationId} ${name}`)
  if (operation && responseKey(operation, response.status) !== key) {
    const check = status < 400 ? 'positive_data_acceptance' : 'example_conformance'
    const severity = isDocumented && !isOwnRule ? 'failure' : 'difference'
    probe.report(check, exchange, `${where}: expected ${key}, got ${response.status}.`, { severity })
    return
  }
  const expected = errorCodeIn(body) ?? errorParameterIn(location)
  const actual = errorCodeIn(response.body) ?? errorParameterIn(response.headers.get('location'))
  if (expected === actual) return
  const severity = isDocumented && adapter?.documentsErrorBodies !== false ? 'failure' : 'difference'
  const message = `${where}: expected the error code ${expected}, got ${actual}.`
  probe.report('example_conformance', exchange, message, { severity })
}

/** Reads the code of an error: `error.code`, `code`, or a string `error` without spaces. */
function errorCodeIn(body: unknown): unknown {
  const { error, code } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  if (typeof code === 'string') return code
  if (typeof error === 'object' && error !== null) return (error as { code?: unknown }).code
  return typeof error === 'string' && !error.includes(' ') ? error : undefined
}

/** Reads the error that a redirect returns to a page, in the query or in the fragment. */
function errorParameterIn(location: unknown): string | undefined {
  if (typeof location !== 'string' || !URL.canParse(location, 'http://localhost')) return undefined
  const { searchParams, hash } = new URL(location, 'http://localhost')
  return searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error') ?? undefined
}
