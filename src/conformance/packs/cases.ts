import type { SecurityRequirement } from '../../openapi/document.ts'
import { type Contract, headersOf, mediaTypeOf, type Operation } from '../contract/contract.ts'
import type { Exchange } from '../exchange.ts'
import { NotExercisedError, type Probe, type TestCase } from '../test-case.ts'
import type { Adapter } from '../variants/adapter.ts'
import { castRequest, exampleCredentials } from '../world/cast.ts'
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
    const requests = exampleNames(contract, operation)
    const responses = responseExamples(contract, operation)
    const paired = (requests.length > 0 ? requests : ['ok']).flatMap((name) => {
      const response = responses.find((candidate) => candidate.name === name) ?? emptySuccess(operation, name)
      return response ? [{ ...response, isPaired: true }] : []
    })
    const unpaired = [...responses, ...withoutExample(operation, adapter)].filter(
      ({ name }) => !requests.includes(name) && !paired.some((each) => each.name === name),
    )
    return [...paired, ...unpaired.map((response) => ({ ...response, isPaired: false }))]
      .filter(({ name }) => !isMalformed(name))
      .map((example) => exampleCase(contract, adapter, operation, example))
  })
}

/** The pack `negatives` sends malformed requests to all operations. */
const isMalformed = (name: string) =>
  /^(?:malformedJson|wrongMediaType|unsupportedMediaType|tooLarge)$/.test(name)

export interface ResponseExample {
  name: string
  status: number
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
      status: Number(status),
      body: bodies[name],
      location: locations[name],
    }))
  })
}

/** A successful response without a body has no example. */
function emptySuccess({ responses }: Operation, name: string): ResponseExample | undefined {
  const found = [...responses].find(([status, { node }]) => /^2\d\d$/.test(status) && !node.content)
  return found && { name, status: Number(found[0]), body: undefined, location: undefined }
}

/** Responses without a body or example are tested under their status, if a setup leads to them. */
function withoutExample({ id, responses }: Operation, adapter: Adapter | undefined): ResponseExample[] {
  return [...responses.keys()]
    .filter((status) => adapter?.setups[`${id} ${status}`])
    .map((status) => ({ name: status, status: Number(status), body: undefined, location: undefined }))
}

function exampleCase(
  contract: Contract,
  adapter: Adapter | undefined,
  operation: Operation,
  { name, status, body, location, isPaired }: ResponseExample & { isPaired: boolean },
): TestCase {
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
      compare(probe, await probe.send(request), { name, status, body, location }, adapter)
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
  alternative: SecurityRequirement = operation.security[0] ?? {},
): Promise<RequestParts> {
  const example = exampleRequest(contract, operation, about.name)
  assertHasProvider(stage, example.path.provider)
  const credentials = exampleCredentials(contract, alternative)
  const parts = { ...example, headers: { ...credentials, ...example.headers } }
  const cast = setup?.needsNoPeople ? parts : await castRequest(stage, parts)
  return { ...cast, ...(await setup?.run(stage, cast, about)) }
}

/** Compares a response with its example: the status, and what a program reads of an error. */
function compare(
  probe: Probe,
  exchange: Exchange,
  { name, status, body, location }: ResponseExample,
  adapter: Adapter | undefined,
): void {
  const { operation, response } = exchange
  const operationId = operation?.id ?? ''
  const where = `${operationId}, example ${name}`
  const isDocumented = adapter?.documented[operationId]?.includes(status) ?? !adapter
  const isOwnRule = adapter?.ownRules.includes(`${operationId} ${name}`)
  if (response.status !== status) {
    const check = status < 400 ? 'positive_data_acceptance' : 'example_conformance'
    const severity = isDocumented && !isOwnRule ? 'failure' : 'difference'
    probe.report(check, exchange, `${where}: expected ${status}, got ${response.status}.`, { severity })
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
