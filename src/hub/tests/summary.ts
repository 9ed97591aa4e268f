import type { Report } from '../../conformance/index.ts'
import type { Run } from './runs.ts'

/** A run as pages and JSON show it. */
export interface RunSummary {
  state: Run['state'] | 'none'
  url?: string
  startedAt?: string
  done?: number
  total?: number
  /** The result of the run, or why it could not run. */
  verdict: string
  isGreen?: boolean
}

/** Describes the latest run in one sentence. */
export async function summarizeRun(run: Run | undefined): Promise<RunSummary> {
  if (!run) return { state: 'none', verdict: 'Not run yet' }
  const { state, url, startedAt, done, total, report, error } = run
  const facts = { state, url, startedAt: startedAt.toISOString(), done, total }
  if (report) return { ...facts, ...(await describe(report)) }
  if (state === 'running')
    return { ...facts, verdict: total === 0 ? 'Starting' : `${done} of ${total} tests` }
  return { ...facts, verdict: error ?? 'The tests could not run', isGreen: false }
}

async function describe(report: Report) {
  const { isGreen, verdictOf } = await import('../../conformance/report/describe.ts')
  return { verdict: verdictOf(report), isGreen: isGreen(report) }
}
