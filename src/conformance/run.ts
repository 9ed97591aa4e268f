import { randomBytes } from 'node:crypto'
import { checkExchange } from './checks/every-exchange.ts'
import { type Connection, ConnectionError } from './connection.ts'
import { type Contract, findOperation } from './contract/contract.ts'
import type { Exchange, RequestData } from './exchange.ts'
import { causeOf, type Finding } from './finding.ts'
import { sleepUntilRetry } from './retry-after.ts'
import { severityOf } from './severity.ts'
import { shuffle } from './shuffle.ts'
import { NotExercisedError, type Probe, type TestCase, type TestResult } from './test-case.ts'
import type { Adapter } from './variants/adapter.ts'
import type { Hooks } from './world/hooks.ts'
import { createStages, type Stage } from './world/stage.ts'

export interface RunOptions {
  contract: Contract
  connection: Connection
  adapter: Adapter | undefined
  hooks: Hooks
  tests: TestCase[]
  /** Seeds the order of the tests and all random data. */
  seed: number
  /** Stops after the first failed test. */
  bail?: boolean
  /** How many tests run at once. */
  concurrency?: number
  maxResponseTimeMs?: number
  /** Called after each test. */
  onResult?: (result: TestResult, done: number, total: number) => void
}

/**
 * Runs tests in a random order: first several at once, then one by one those that change shared state.
 * @throws {ConnectionError} if the server is unreachable
 */
export async function runTests({
  tests,
  seed,
  hooks,
  concurrency = 6,
  bail = false,
  onResult = () => {},
  ...about
}: RunOptions): Promise<TestResult[]> {
  const results: TestResult[] = []
  const stages = createStages({ ...about, hooks, run: randomBytes(3).toString('hex') })
  let stopped = false
  const run = async (test: TestCase) => {
    if (stopped) return
    const result = await runTest(test, stages, about)
    results.push(result)
    stopped ||= bail && result.outcome === 'failed'
    onResult(result, results.length, tests.length)
  }
  const shuffled = shuffle(tests, seed)
  await hooks.before?.()
  try {
    await inParallel(
      shuffled.filter(({ isExclusive }) => !isExclusive),
      concurrency,
      run,
    )
    await inParallel(
      shuffled.filter(({ isExclusive }) => isExclusive),
      1,
      run,
    )
  } finally {
    await hooks.after?.()
  }
  return results
}

type About = Pick<RunOptions, 'contract' | 'connection' | 'adapter' | 'maxResponseTimeMs'>

async function runTest(
  test: TestCase,
  createStage: (send: Stage['send']) => Stage,
  { contract, connection, adapter, maxResponseTimeMs }: About,
): Promise<TestResult> {
  const start = performance.now()
  const exchanges: Exchange[] = []
  const findings: Finding[] = []
  const checks = { contract, ...(maxResponseTimeMs !== undefined && { maxResponseTimeMs }) }

  async function send(request: RequestData): Promise<Exchange> {
    const sent = await sleepUntilRetry(() => connection.send(request), test)
    const { pathname } = new URL(request.path, 'http://localhost')
    const operation = findOperation(contract.operations, request.method, pathname)
    const exchange = { ...sent, ...(operation && { operation }) }
    exchanges.push(exchange)
    for (const violation of checkExchange(exchange, checks))
      findings.push({ ...violation, exchange, severity: severityOf(violation.check, exchange, adapter) })
    return exchange
  }

  const probe: Probe = {
    send,
    pathOf: (url) =>
      url.startsWith(`${connection.baseUrl}/`) ? url.slice(connection.baseUrl.length) : pathAndQuery(url),
    report(check, exchange, message, more = {}) {
      findings.push({ severity: severityOf(check, exchange, adapter), ...more, check, message, exchange })
    },
  }
  const outcome = await test.run(probe, createStage(send)).then(
    () => ({ reason: undefined }),
    (error: unknown) => {
      if (error instanceof NotExercisedError) return { reason: error.message }
      throw error instanceof ConnectionError && exchanges.length > 0
        ? new ConnectionError(`${error.message} (In ${test.pack}, ${test.operationId ?? ''} ${test.title}.)`)
        : error
    },
  )
  return {
    test,
    findings: uniqueCauses(findings),
    exchanges,
    durationMs: performance.now() - start,
    outcome: findings.length > 0 ? 'failed' : outcome.reason === undefined ? 'passed' : 'notExercised',
    ...(outcome.reason !== undefined && { reason: outcome.reason }),
  }
}

function pathAndQuery(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

const uniqueCauses = (findings: Finding[]) => [
  ...new Map(findings.map((finding) => [causeOf(finding), finding])).values(),
]

async function inParallel<Item>(
  items: Item[],
  limit: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await run(item)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}
