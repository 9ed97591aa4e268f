import { openConnection } from './connection.ts'
import type { Contract } from './contract/contract.ts'
import { abuse } from './packs/abuse/index.ts'
import { exampleCases } from './packs/cases.ts'
import { flows } from './packs/flows/index.ts'
import { groupByCause, measureCoverage, type Report } from './report/summary.ts'
import { runTests } from './run.ts'
import type { Pack, TestCase, TestResult } from './test-case.ts'
import type { Adapter } from './variants/adapter.ts'
import { controlHooks } from './world/control-hooks.ts'
import type { Hooks } from './world/hooks.ts'

export interface ConformanceOptions {
  contract: Contract
  /** Knowledge about the API beyond its contract; without it only the generic tests run. */
  adapter?: Adapter
  /** The base URL of the server, to which the paths of the contract are appended. */
  url: string
  hooks?: Hooks
  /** The groups of tests to run; all by default. */
  packs?: Pack[]
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
  onResult?: (result: TestResult, done: number, total: number) => void
}

/**
 * Tests whether a server keeps a contract.
 * @returns the report; `failures` is empty if the server keeps the contract
 * @throws {ConnectionError} if the server is unreachable
 * @example
 * const report = await testConformance({ contract, adapter, url: 'https://staging.example' })
 * if (report.failures.length > 0) process.exitCode = 1
 */
export async function testConformance(options: ConformanceOptions): Promise<Report> {
  const { contract, adapter, url, headers, timeoutMs, rate, strict = false, bail = false, onResult } = options
  const { seed = Math.floor(Math.random() * 2 ** 31) } = options
  const startedAt = new Date()
  const connection = openConnection(url, {
    ...(headers && { headers }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(rate !== undefined && { rate }),
  })
  try {
    const hooks = { ...(await controlHooks(connection)), ...options.hooks }
    const results = await runTests({
      ...{ contract, connection, adapter, hooks, seed, bail },
      tests: selectTests(options),
      ...(onResult && { onResult }),
    })
    return {
      ...{ contract, url: connection.baseUrl, seed, startedAt, results },
      durationMs: Date.now() - startedAt.getTime(),
      warnings: [],
      coverage: measureCoverage(contract, results),
      failures: [...groupByCause(results, 'failure'), ...(strict ? groupByCause(results, 'difference') : [])],
      differences: strict ? [] : groupByCause(results, 'difference'),
    }
  } finally {
    connection.close()
  }
}

function selectTests({ contract, adapter, packs, readOnly = false }: ConformanceOptions): TestCase[] {
  const all = [...exampleCases(contract, adapter), ...(adapter ? [...flows(adapter), ...abuse(adapter)] : [])]
  return all.filter(({ pack, writes }) => (!packs || packs.includes(pack)) && !(readOnly && writes))
}
