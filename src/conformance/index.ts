import { assertNodeVersion } from '../common/node-version.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import type { Contract } from './contract/contract.ts'
import { explainResults } from './explain.ts'
import { guardHooks } from './load-hooks.ts'
import { abuse } from './packs/abuse/index.ts'
import { exampleCases } from './packs/cases.ts'
import { flows } from './packs/flows/index.ts'
import { fuzzCases } from './packs/fuzz/index.ts'
import { inventedCases } from './packs/invented-cases.ts'
import { negativeCases } from './packs/negatives/index.ts'
import { preflight } from './preflight.ts'
import { maskText } from './report/mask.ts'
import { type Report, summarize } from './report/summary.ts'
import { runTests } from './run.ts'
import type { Pack, TestCase, TestResult } from './test-case.ts'
import type { Adapter } from './variants/adapter.ts'
import { controlHooks } from './world/control-hooks.ts'
import { credentialsIn } from './world/credentials.ts'
import { type Hooks, namesOf } from './world/hooks.ts'

export interface ConformanceOptions {
  contract: Contract
  /** Knowledge about the API beyond its contract; without it only the generic tests run. */
  adapter?: Adapter | undefined
  /** The base URL of the server, to which the paths of the contract are appended. */
  url: string
  hooks?: Hooks
  /** The groups of tests to run; all by default. */
  packs?: Pack[]
  /** The operations to test, by id; all by default. */
  operations?: string[]
  /** Leaves out every test that creates or changes data. */
  readOnly?: boolean
  /** Stops after the first failed test. */
  bail?: boolean
  /** Makes differences from what our contract adds to the API's own document failures. */
  strict?: boolean
  /** Seeds the order and all random data. Random by default. */
  seed?: number
  headers?: Record<string, string>
  timeoutMs?: number
  /** Requests per second. */
  rate?: number
  /** Slower responses are failures. */
  maxResponseTimeMs?: number
  /** Stops the run. The report contains the tests that had ended. */
  signal?: AbortSignal
  /** Contracts of other APIs, to tell the user that the server is one of theirs. */
  otherContracts?: () => Promise<Contract[]>
  /** Called before the first test. */
  onStart?: (plan: Plan) => void
  /** Called when the server asks to be called again later (429 with `Retry-After`). */
  onWait?: (seconds: number) => void
  onResult?: (result: TestResult, done: number, total: number) => void
}

/** A run before its first test. */
export interface Plan {
  url: string
  tests: TestCase[]
  /** How many invalid requests a large contract has beyond those of the run. */
  leftOut: number
  seed: number
  /** Whether the run creates users. Without an adapter, it only sends the requests of the contract. */
  createsUsers: boolean
  /** The names of the hooks that the run can use. */
  hooks: string[]
}

/**
 * Tests whether a server keeps a contract.
 * @returns the report; `failures` is empty if the server keeps the contract
 * @throws {ConnectionError} if the server is unreachable
 * @throws {UserError} if the URL cannot be that of the API, or this Node version is too old
 * @example
 * const report = await testConformance({ contract, adapter, url: 'https://staging.example' })
 * if (report.failures.length > 0) process.exitCode = 1
 */
export async function testConformance(options: ConformanceOptions): Promise<Report> {
  const { contract, adapter, url, strict = false, bail = false, readOnly = false } = options
  const { seed = Math.floor(Math.random() * 2 ** 31), signal, maxResponseTimeMs } = options
  const { onStart, onResult, onWait, otherContracts } = options
  assertNodeVersion()
  const startedAt = new Date()
  const connect = (baseUrl: string) => openConnection(baseUrl, connectionOptions(options))
  const connection = connect(url)
  try {
    await preflight({
      contract,
      connection,
      connect,
      readOnly,
      ...(otherContracts && { others: otherContracts }),
    })
    const warnings: string[] = []
    const given = { ...(await controlHooks(connection)), ...options.hooks }
    const credentials = { ...credentialsIn(contract.document, options.headers ?? {}), ...given.credentials }
    const permitted = permittedHooks(
      { ...given, ...(Object.keys(credentials).length > 0 && { credentials }) },
      readOnly,
    )
    const hooks = guardHooks(permitted, (warning) => warnings.push(warning))
    const { tests, leftOut } = selectTests({ ...options, seed })
    const hookNames = namesOf(hooks).filter((name) => name !== 'before' && name !== 'after')
    onStart?.({
      url: maskText(connection.baseUrl),
      tests,
      leftOut,
      seed,
      hooks: hookNames,
      createsUsers: adapter !== undefined && !readOnly,
    })
    const results = await runTests({
      ...{ contract, connection, adapter, hooks, seed, bail, readOnly, tests },
      ...(onResult && { onResult }),
      ...(onWait && { onWait }),
      ...(signal && { signal }),
      ...(maxResponseTimeMs !== undefined && { maxResponseTimeMs }),
    })
    return summarize({
      warnings,
      ...{ contract, url: connection.baseUrl, seed, startedAt, results },
      hooks: hookNames,
      isStrict: strict,
      isInterrupted: results.length < tests.length,
      ...(options.operations && { operations: options.operations }),
      explanations: explainResults({ contract, adapter, tests, results }),
    })
  } finally {
    connection.close()
  }
}

/** A run that only reads must not change the server through hooks either. */
function permittedHooks(hooks: Hooks, readOnly: boolean): Hooks {
  if (!readOnly) return hooks
  const { email, credentials, latestMail, hasExampleData } = hooks
  return {
    ...(email && { email }),
    ...(credentials && { credentials }),
    ...(latestMail && { latestMail }),
    ...(hasExampleData !== undefined && { hasExampleData }),
  }
}

function connectionOptions({ headers, timeoutMs, rate }: ConformanceOptions): ConnectionOptions {
  return {
    ...(headers && { headers }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(rate !== undefined && { rate }),
  }
}

function selectTests({
  contract,
  adapter,
  packs,
  operations,
  readOnly = false,
  seed,
}: ConformanceOptions & { seed: number }): { tests: TestCase[]; leftOut: number } {
  const count = operations?.length ?? contract.operations.length
  const runs = Math.min(maxRuns, Math.ceil(maxRequests / (2 * count)))
  const maxRank = Math.min(maxDataTests, Math.ceil(maxRequests / count))
  const all = [
    ...exampleCases(contract, adapter),
    ...(adapter ? [] : inventedCases(contract, adapter)),
    ...negativeCases(contract, adapter),
    ...fuzzCases(contract, adapter, { seed, runs }),
    ...(adapter ? [...flows(adapter), ...abuse(adapter)] : []),
  ]
  const selected = all.filter(
    ({ pack, operationId, writes }) =>
      (!packs || packs.includes(pack)) &&
      (!operations || (operationId !== undefined && operations.includes(operationId))) &&
      !(readOnly && writes),
  )
  const tests = selected.filter(({ rank = 0 }) => rank < maxRank)
  return { tests, leftOut: selected.length - tests.length }
}

/** Invalid requests, and generated requests, in a run. Operations of large contracts share them. */
const maxRequests = 8_000

/** Invalid requests of one operation. */
const maxDataTests = 150

/** Generated requests of one operation and kind. */
const maxRuns = 25

export { ConnectionError } from './connection.ts'
export { loadContract } from './contract/load.ts'
export { adapters } from './variants/index.ts'
export type { Consent, Mail, UserChange } from './world/hooks.ts'
export type { Contract, Hooks, Pack, Report, TestCase, TestResult }
