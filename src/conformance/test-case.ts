import type { Exchange, RequestData } from './exchange.ts'
import type { CheckName, Finding } from './finding.ts'
import type { Stage } from './world/stage.ts'

export const packs = ['cases', 'flows', 'negatives', 'fuzz', 'abuse'] as const
/** A group of tests of one kind. `traffic` is what the validation proxy sees. */
export type Pack = (typeof packs)[number] | 'traffic'

/** A test of one behaviour. */
export interface TestCase {
  pack: Pack
  /** The operation under test; undefined in tests of several operations. */
  operationId?: string
  /** Unique in its pack and operation. */
  title: string
  /** Whether the test changes state that all tests share, such as the clock, so it runs alone. */
  isExclusive?: boolean
  /** Whether the test provokes 429; elsewhere it means that the server has to be asked again later. */
  expectsRateLimit?: boolean
  /** Whether the test makes the server fail, so that a 5xx is expected. */
  expectsServerError?: boolean
  /** Whether the test leaves its users unchanged, so that tests can share them. */
  sharesUsers?: boolean
  /** Whether the test creates or changes data of the server, so that `--read-only` leaves it out. */
  writes: boolean
  /** The place among the similar tests of its operation. A run of a large contract has only the first ones. */
  rank?: number
  /** @throws {NotExercisedError} if the server cannot be brought into the state that the test needs */
  run: (probe: Probe, stage: Stage) => Promise<void>
}

/** The operations of a test on the server. */
export interface Probe {
  /** Sends a request, and runs the checks that hold for every exchange. */
  send: (request: RequestData) => Promise<Exchange>
  /** Returns the path of a URL below the base URL of the server. */
  pathOf: (url: string) => string
  /** Sends a request, and returns the violations instead of reporting them. */
  examine: (request: RequestData) => Promise<Examination>
  /** Reports a violation. */
  report: (
    check: CheckName,
    exchange: Exchange,
    message: string,
    more?: Partial<
      Pick<Finding, 'isAmbiguous' | 'isDeclared' | 'hint' | 'requirement' | 'severity' | 'source'>
    >,
  ) => void
}

/** An exchange, and the violations by the checks that hold for every exchange. */
export interface Examination {
  exchange: Exchange
  violations: Omit<Finding, 'exchange' | 'severity'>[]
}

/** A test could not bring the server into the state that it needs. It neither passed nor failed. */
export class NotExercisedError extends Error {
  override name = 'NotExercisedError'
}

/** The result of a test. */
export interface TestResult {
  test: TestCase
  outcome: 'passed' | 'failed' | 'notExercised'
  /** Why the test was not exercised. */
  reason?: string
  findings: Finding[]
  exchanges: Exchange[]
  durationMs: number
}
