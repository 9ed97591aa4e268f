import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkExchange } from './checks/every-exchange.ts'
import { type Connection, ConnectionError } from './connection.ts'
import { type Contract, findOperation } from './contract/contract.ts'
import type { Exchange, RequestData } from './exchange.ts'
import { causeOf, type Finding } from './finding.ts'
import { describeSurprise, NoResponseError, unanswered } from './no-response.ts'
import { sleepUntilRetry } from './retry-after.ts'
import { severityOf } from './severity.ts'
import { shuffle } from './shuffle.ts'
import {
  type Examination,
  NotExercisedError,
  type Probe,
  type TestCase,
  type TestResult,
} from './test-case.ts'
import type { Adapter } from './variants/adapter.ts'
import { withCredentials } from './world/cast.ts'
import type { Hooks } from './world/hooks.ts'
import { createStages } from './world/stage.ts'

export interface RunOptions {
  contract: Contract
  connection: Connection
  adapter: Adapter | undefined
  hooks: Hooks
  tests: TestCase[]
  /** Seeds the order of the tests and all random data. */
  seed: number
  /** Refuses requests with effects, so that tests which need them are not exercised. */
  readOnly?: boolean
  /** Stops after the first failed test. */
  bail?: boolean
  /** How many tests run at once. */
  concurrency?: number
  maxResponseTimeMs?: number
  /** Stops the run: no further test starts, and running ones are abandoned. */
  signal?: AbortSignal
  /** Called when the server asks to be called again later. */
  onWait?: (seconds: number) => void
  /** Called after each test. */
  onResult?: (result: TestResult, done: number, total: number) => void
}

/** How long a stopped test may take to undo its changes, in milliseconds. */
const maxUndoMs = 2_000

/** After so many requests in a row without a response, the server counts as gone. */
const maxSilence = 8

/**
 * Runs tests in a random order: first several at once, then one by one those that change shared state.
 * @returns fewer results than tests if the run was stopped, or the server stopped answering
 */
export async function runTests({
  tests,
  seed,
  hooks,
  concurrency = 6,
  bail = false,
  signal = new AbortController().signal,
  onResult = () => {},
  ...about
}: RunOptions): Promise<TestResult[]> {
  const results: TestResult[] = []
  const stages = createStages({ ...about, hooks, run: randomBytes(3).toString('hex') })
  let hasFailed = false
  const silence = { requests: 0 }
  const waits = { seconds: 0 }
  const stopped = rejectOnAbort(signal)
  const run = async (test: TestCase) => {
    if (signal.aborted || hasFailed || silence.requests >= maxSilence) return
    const result = await runTest(test, stages, { ...about, hooks, signal, stopped, silence, waits })
    if (!result) return
    results.push(result)
    hasFailed ||= bail && result.outcome === 'failed'
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

type About = Pick<
  RunOptions,
  'contract' | 'connection' | 'adapter' | 'hooks' | 'maxResponseTimeMs' | 'onWait' | 'readOnly'
> & {
  signal: AbortSignal
  /** Rejects when the run is stopped. */
  stopped: Promise<never>
  /** Counts the requests without a response since the last one that got one. */
  silence: { requests: number }
  /** How long the run has waited because of rate limits. */
  waits: { seconds: number }
}

/** @returns undefined if the run was stopped before the test ended */
async function runTest(
  test: TestCase,
  createStage: ReturnType<typeof createStages>,
  {
    contract,
    connection,
    adapter,
    hooks,
    maxResponseTimeMs,
    onWait,
    readOnly = false,
    signal,
    stopped,
    silence,
    waits,
  }: About,
): Promise<TestResult | undefined> {
  const start = performance.now()
  const exchanges: Exchange[] = []
  const findings: Finding[] = []
  const checks = { contract, ...(maxResponseTimeMs !== undefined && { maxResponseTimeMs }) }

  async function examine(request: RequestData): Promise<Examination> {
    signal.throwIfAborted()
    const own = withCredentials(request, contract, hooks.credentials)
    const { pathname } = new URL(request.path, 'http://localhost')
    const operation = findOperation(contract.operations, request.method, pathname)
    if (readOnly && !isReading(request, operation))
      throw new NotExercisedError('The test needs a request with effects, and the run only reads.')
    const sent = await sleepUntilRetry(() => connection.send(own), test, waits, onWait).catch((error) => {
      if (!(error instanceof ConnectionError)) throw error
      silence.requests += 1
      throw new NoResponseError(error, unanswered(connection, request, operation))
    })
    silence.requests = 0
    const exchange = { ...sent, ...(operation && { operation }) }
    exchanges.push(exchange)
    const violations = checkExchange(exchange, checks)
    const expected = ({ check }: { check: string }) =>
      test.expectsServerError && check === 'not_a_server_error'
    return { exchange, violations: violations.filter((violation) => !expected(violation)) }
  }

  async function send(request: RequestData): Promise<Exchange> {
    const { exchange, violations } = await examine(request)
    for (const { check, message, ...more } of violations) add(check, exchange, message, more)
    return exchange
  }

  const add: Probe['report'] = (check, exchange, message, more = {}) =>
    findings.push({ severity: severityOf(check, exchange, adapter), ...more, check, message, exchange })

  const probe: Probe = {
    send,
    pathOf: (url) =>
      url.startsWith(`${connection.baseUrl}/`) ? url.slice(connection.baseUrl.length) : pathAndQuery(url),
    examine,
    report(check, exchange, message, more) {
      // After a server error, all that a test expects of the response is missing for the same reason.
      const isExplained = findings.some(
        (finding) => finding.exchange === exchange && finding.check === 'not_a_server_error',
      )
      if (!isExplained) add(check, exchange, message, more)
    },
  }
  const stage = createStage(send, { sharesUsers: test.sharesUsers ?? false })
  const running = test.run(probe, stage).finally(() => stage.finish({ failed: findings.length > 0 }))
  const outcome = await Promise.race([running, stopped]).then(
    () => ({ reason: undefined }),
    async (error: unknown) => {
      if (signal.aborted) {
        // Gives the test a moment to undo what it changed.
        await Promise.race([running.catch(() => {}), sleep(maxUndoMs)])
        return undefined
      }
      if (error instanceof NotExercisedError) return { reason: error.message }
      if (!(error instanceof NoResponseError)) return { reason: describeSurprise(error) }
      exchanges.push(error.exchange)
      probe.report('not_a_server_error', error.exchange, error.message, {
        hint: 'See the log of the server: it may have crashed, or wait for something.',
      })
      return { reason: undefined }
    },
  )
  if (!outcome) return undefined
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

/** The contract says so of a GET with effects, such as that of an OAuth callback. */
const isReading = ({ method }: RequestData, operation: Exchange['operation']): boolean =>
  ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase()) && operation?.isSafe !== false

/** Returns a promise that rejects when the run is stopped. One for the whole run, with one listener. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  stopped.catch(() => {})
  return stopped
}
