import type { LoadState } from '../memoize.ts'
import type { RunSummary } from '../tests/summary.ts'

/** The states of the servers of an API. */
export interface ApiStatus {
  mock: LoadState
  /** Missing if the API has no sandbox. */
  sandbox?: LoadState
  /** The latest run of the contract tests. */
  tests: RunSummary
}

export const statusTexts: Record<LoadState, string> = {
  idle: 'starts at its first request',
  loading: 'starting',
  ready: 'ready',
}
