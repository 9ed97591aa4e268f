import { randomBytes } from 'node:crypto'
import type { RunContext } from './probe.ts'
import { runTest } from './run-test.ts'
import { shuffle } from './shuffle.ts'
import type { TestCase, TestResult } from './test-case.ts'
import { createStages } from './world/stage.ts'

export interface RunOptions extends Omit<RunContext, 'signal' | 'silence' | 'waits'> {
  tests: TestCase[]
  /** Seeds the order of the tests and all random data. */
  seed: number
  /** Stops after the first failed test. */
  bail?: boolean
  /** How many tests run at once. */
  concurrency?: number
  /** Stops the run: no further test starts, and running ones are abandoned. */
  signal?: AbortSignal
  /** Called after each test. */
  onResult?: (result: TestResult, done: number, total: number) => void
}

/** After so many requests in a row without a response, the server counts as gone. */
const maxSilence = 8

/**
 * Runs tests in a random order: first several at once, then one by one those that change shared state.
 * @returns fewer results than tests if the run was stopped, or the server stopped answering
 */
export async function runTests({
  tests,
  seed,
  concurrency = 6,
  bail = false,
  signal = new AbortController().signal,
  onResult = () => {},
  ...shared
}: RunOptions): Promise<TestResult[]> {
  const results: TestResult[] = []
  const createStage = createStages({ ...shared, run: randomBytes(3).toString('hex') })
  const context: RunContext = { ...shared, signal, silence: { requests: 0 }, waits: { seconds: 0 } }
  const stopped = rejectOnAbort(signal)
  let hasFailed = false
  const run = async (test: TestCase) => {
    if (signal.aborted || hasFailed || context.silence.requests >= maxSilence) return
    const result = await runTest(test, createStage, context, stopped)
    if (!result) return
    results.push(result)
    hasFailed ||= bail && result.outcome === 'failed'
    onResult(result, results.length, tests.length)
  }
  const { exclusive = [], parallel = [] } = Object.groupBy(shuffle(tests, seed), ({ isExclusive }) =>
    isExclusive ? 'exclusive' : 'parallel',
  )
  await shared.hooks.before?.()
  try {
    await inParallel(parallel, concurrency, run)
    await inParallel(exclusive, 1, run)
  } finally {
    await shared.hooks.after?.()
  }
  return results
}

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

/** Returns a promise that rejects when the run is stopped. One for the whole run, with one listener. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  stopped.catch(() => {})
  return stopped
}
