import { setTimeout as sleep } from 'node:timers/promises'
import { causeOf, type Finding } from './finding.ts'
import { describeSurprise, NoResponseError } from './no-response.ts'
import { createProbe, type RunContext } from './probe.ts'
import { NotExercisedError, type TestCase, type TestResult } from './test-case.ts'
import type { createStages } from './world/stage.ts'

/** How long a stopped test may take to undo its changes, in milliseconds. */
const maxUndoMs = 2_000

/**
 * Runs one test, and undoes its changes.
 * @param stopped rejects when the run is stopped
 * @returns undefined if the run was stopped before the test ended
 */
export async function runTest(
  test: TestCase,
  createStage: ReturnType<typeof createStages>,
  context: RunContext,
  stopped: Promise<never>,
): Promise<TestResult | undefined> {
  const start = performance.now()
  const { probe, exchanges, findings } = createProbe(test, context)
  const stage = createStage(probe.send, { sharesUsers: test.sharesUsers ?? false })
  const running = test.run(probe, stage).finally(() => stage.finish({ failed: findings.length > 0 }))
  const ended = await Promise.race([running, stopped]).then(
    () => ({ reason: undefined }),
    async (error: unknown) => {
      if (context.signal.aborted) {
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
  if (!ended) return undefined
  const { reason } = ended
  const hasFailed = findings.some(({ severity }) => severity !== 'contract')
  return {
    test,
    findings: uniqueCauses(findings),
    exchanges,
    durationMs: performance.now() - start,
    outcome: hasFailed ? 'failed' : reason === undefined ? 'passed' : 'notExercised',
    ...(reason !== undefined && { reason }),
  }
}

const uniqueCauses = (findings: Finding[]) => [
  ...new Map(findings.map((finding) => [causeOf(finding), finding])).values(),
]
