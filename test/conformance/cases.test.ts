import { describe, expect, it, onTestFinished } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { openConnection } from '../../src/conformance/connection.ts'
import {
  type Contract,
  findOperation,
  mediaTypeOf,
  type Operation,
  responseFor,
} from '../../src/conformance/contract/contract.ts'
import type { Finding } from '../../src/conformance/finding.ts'
import { type ConformanceOptions, testConformance } from '../../src/conformance/index.ts'
import { exampleCases } from '../../src/conformance/packs/cases.ts'
import { examplesOf } from '../../src/conformance/packs/example-request.ts'
import type { Report } from '../../src/conformance/report/summary.ts'
import { runTests } from '../../src/conformance/run.ts'
import type { TestResult } from '../../src/conformance/test-case.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import { controlHooks } from '../../src/conformance/world/control-hooks.ts'
import type { Hooks } from '../../src/conformance/world/hooks.ts'
import { describeError } from '../server/cases.ts'
import { servedAdapters } from '../support/served.ts'
import { serveSandbox } from '../support/served-sandbox.ts'
import { isSlow } from '../support/slow.ts'
import { contractOf } from './contracts.ts'

/** Runs on the same server. */
const rounds = isSlow ? 10 : 1

describe.each(servedAdapters())('the case pack of $name', ({ name, ...adapter }) => {
  it('reaches the declared responses of the sandbox without a finding', async () => {
    const { url, lines } = await serveSandbox(name)
    for (let round = 0; round < rounds; round++) {
      const report = await run(name, url)
      expect([describeFindings(report), notExercised(report)]).toEqual([[], []])
      expect(report.coverage.responses.missing).toEqual(contractOf(name).operations.flatMap(onlyMalformed))
      expect(report.results.flatMap((result) => wrongError(report.contract, result))).toEqual([])
    }
    expect(lines.filter(({ level }) => level === 'error').map(({ err }) => String(err))).toEqual([])
  })

  it('has setups for existing examples only', () => {
    const { setups, needsExampleData, ownRules } = adapter
    const known = exampleCases(contractOf(name), { name, ...adapter }).flatMap(({ operationId, title }) => [
      title,
      `${operationId} ${title}`,
    ])
    const keys = [...Object.keys(setups), ...needsExampleData, ...ownRules]
    expect(keys.filter((key) => !known.includes(key))).toEqual([])
  })
})

/** Returns the responses that only malformed requests get, which are the subject of another pack. */
const onlyMalformed = ({ id, responses }: Operation): string[] =>
  [...responses].flatMap(([status, response]) => {
    const names = Object.keys(mediaTypeOf(response)?.node.examples ?? {})
    const isMalformed = names.every((name) =>
      /^(?:malformedJson|wrongMediaType|unsupportedMediaType|tooLarge)$/.test(name),
    )
    return names.length > 0 && isMalformed ? [`${id} ${status}`] : []
  })

/** Compares code and message of an error with those of its example, which are exact for our own server. */
function wrongError({ document }: Contract, { test, exchanges }: TestResult): string[] {
  const { operation, response } = exchanges.at(-1) ?? {}
  const declared = operation && response && responseFor(operation, response.status)
  const media = declared && mediaTypeOf(declared)
  // The message of a 429 can contain the time to wait.
  if (!media || !response || response.status < 400 || response.status === 429) return []
  const example = examplesOf(document, media.node)[test.title]
  const [expected, actual] = [example, response.body].map((body) =>
    JSON.stringify(describeError(body, undefined)),
  )
  return expected === actual ? [] : [`${operation.id} ${test.title}: ${actual}, not ${expected}`]
}

describe('the case pack on a server without hooks', () => {
  it('reports examples that need a hook as not exercised', async () => {
    const { url } = await serveSandbox('bkend')
    const report = await run('bkend', url, { hooks: noHooks })
    expect(describeFindings(report)).toEqual([])
    expect(new Set(notExercised(report).map(({ reason }) => reason))).toEqual(
      new Set([
        'Only a server with the data of the examples can answer it.',
        ...['advanceClock', 'changeSettings', 'changeUser', 'decideConsent', 'injectFault', 'latestMail'].map(
          (hook) => `The hook ${hook} is missing.`,
        ),
      ]),
    )
    const silent = report.results.filter(
      ({ exchanges, outcome }) => outcome === 'passed' && exchanges.length === 0,
    )
    expect(silent).toEqual([])
  })
})

describe.each(['bedrud', 'openfactory'] as const)('the case pack on a server of %s in production', (name) => {
  it('finds nothing, and exercises what needs no hook', async () => {
    const { url } = await serveSandbox(name, { mode: 'production', operator: { rateLimits: false } })
    const report = await run(name, url, { hooks: { providers: [] } })
    expect(describeFindings(report)).toEqual([])
    const expected = /(?:hook \w+ is missing|data of the examples can answer it|credentials for \w+)\.$/
    expect(notExercised(report).filter(({ reason = '' }) => !expected.test(reason))).toEqual([])
    expect(report.results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(90)
  })
})

describe('the credentials of the hooks', () => {
  it('replaces those of the examples in all requests', async () => {
    const keys = new Set<string | null>()
    const { url } = await serveSandbox('bkend', {
      change(request, response) {
        if (!request.url.includes('/__dev/')) keys.add(request.headers.get('x-api-key'))
        return response
      },
    })
    const contract = contractOf('bkend')
    const tests = exampleCases(contract, adapters.bkend).filter(({ title }) => title === 'ok')
    const connection = openConnection(url)
    onTestFinished(connection.close)
    const hooks = { ...(await controlHooks(connection)), credentials: { apiKey: otherKey } }
    const results = await runTests({ contract, adapter: adapters.bkend, connection, hooks, tests, seed: 1 })
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([])
    expect(keys).toEqual(new Set([otherKey, null]))
  })
})

/** The key of another environment, whose accounts differ. */
const otherKey = 'pk_89abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234567'

describe('the case pack on a server with a planted fault', () => {
  it('reports a changed status with the operation', async () => {
    const { failure, findings } = await runWithFault('openfactory', 'getSession', (response) =>
      response.status === 200 ? new Response(response.body, { ...init(response), status: 202 }) : response,
    )
    expect(failure).toContain('positive_data_acceptance: getSession, example ok: expected 200, got 202.')
    expect(new Set(findings.map(({ exchange }) => exchange.operation?.id))).toEqual(new Set(['getSession']))
  })

  it('reports a missing field with the line of its schema', async () => {
    const { failure, findings } = await runWithFault('bedrud', 'getCurrentUser', async (response) => {
      if (response.status !== 200) return response
      const { provider: _, ...body } = await response.json()
      return Response.json(body, init(response))
    })
    expect(new Set(failure)).toEqual(
      new Set([
        "response_schema_conformance: The body of the response 200 of getCurrentUser must have required property 'provider'.",
      ]),
    )
    expect(findings[0]?.source?.pointer).toMatch(/required$/)
    expect(findings[0]?.source?.line).toBeGreaterThan(1)
  })

  it('reports a missing header as a difference from the document of the API', async () => {
    const { failure, difference } = await runWithFault('bondmcp', 'listModels', (response) => {
      const headers = new Headers(response.headers)
      headers.delete('x-request-id')
      return new Response(response.body, { ...init(response), headers })
    })
    expect(failure).toEqual([])
    expect(difference).toContain(
      'response_headers_conformance: The response 200 of listModels lacks the header x-request-id.',
    )
  })

  it('reports a wrong error of a redirect', async () => {
    const { difference } = await runWithFault('openfactory', 'finishOAuth', (response) => {
      const headers = new Headers(response.headers)
      headers.set('location', headers.get('location')?.replace('access_denied', 'server_error') ?? '')
      return new Response(response.body, { ...init(response), headers })
    })
    expect(difference).toEqual([
      'example_conformance: finishOAuth, example accessDenied: expected the error code access_denied, got server_error.',
    ])
  })

  it('reports a wrong error code', async () => {
    const { difference } = await runWithFault('bkend', 'refreshTokens', async (response) => {
      if (response.status !== 401) return response
      const body = await response.json()
      return Response.json({ ...body, error: { ...body.error, code: 'auth/unauthorized' } }, init(response))
    })
    expect(difference).toContain(
      'example_conformance: refreshTokens, example unknownRefreshToken: expected the error code auth/invalid-refresh-token, got auth/unauthorized.',
    )
  })
})

function run(name: VariantName, url: string, options: Partial<ConformanceOptions> = {}): Promise<Report> {
  return testConformance({
    contract: contractOf(name),
    adapter: adapters[name],
    url,
    packs: ['cases'],
    strict: true,
    ...options,
  })
}

/** Runs the cases of one operation on a server that changes its responses. */
async function runWithFault(
  name: VariantName,
  operationId: string,
  change: (response: Response) => Response | Promise<Response>,
): Promise<Record<'failure' | 'difference', string[]> & { findings: Finding[] }> {
  const contract = contractOf(name)
  const adapter = adapters[name]
  const isTarget = ({ method, url }: Request) =>
    findOperation(contract.operations, method, new URL(url).pathname)?.id === operationId
  const { url } = await serveSandbox(name, {
    change: (request, response) => (isTarget(request) ? change(response) : response),
  })
  const connection = openConnection(url)
  onTestFinished(connection.close)
  const hooks = (await controlHooks(connection)) ?? {}
  const tests = exampleCases(contract, adapter).filter((test) => test.operationId === operationId)
  const results = await runTests({ contract, adapter, connection, hooks, tests, seed: 1 })
  const findings = results.flatMap((result) => result.findings)
  const [failure = [], difference = []] = (['failure', 'difference'] as const).map((severity) =>
    findings.filter((finding) => finding.severity === severity).map(describeFinding),
  )
  return { failure, difference, findings }
}

const init = ({ status, headers }: Response) => ({ status, headers: new Headers(headers) })

const noHooks: Hooks = {
  latestMail: undefined,
  advanceClock: undefined,
  decideConsent: undefined,
  changeUser: undefined,
  changeSettings: undefined,
  injectFault: undefined,
  hasExampleData: undefined,
} as unknown as Hooks

const describeFindings = ({ failures }: Report) => failures.map(({ finding }) => describeFinding(finding))

const describeFinding = ({ check, message }: Finding) => `${check}: ${message}`

const notExercised = ({ results }: Report) =>
  results
    .filter(({ outcome }) => outcome === 'notExercised')
    .map(({ test, reason }) => ({ example: `${test.operationId} ${test.title}`, reason }))
