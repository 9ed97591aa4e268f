import { contractUrl, type VariantName, variantNames } from '../../../generated/index.ts'
import { hideCredentials } from '../../common/base-url.ts'
import { UserError } from '../../common/user-error.ts'
import type { ConformanceOptions, Report } from '../../conformance/index.ts'

/** The latest run of the contract tests of an API. */
export interface Run {
  url: string
  state: 'running' | 'done' | 'notRun'
  startedAt: Date
  /** The number of tests that have ended. */
  done: number
  total: number
  /** Exists when the run is done. */
  report?: Report
  /** Why the tests could not run. */
  error?: string
}

export type TestOptions = Pick<ConformanceOptions, 'url' | 'readOnly'>

/** Creates the runs of contract tests, at most one per API at a time. */
export function createRuns() {
  const runs = new Map<VariantName, Run>()
  const stops = new Map<VariantName, AbortController>()

  async function execute(
    variant: VariantName,
    run: Run,
    options: TestOptions & Required<Pick<ConformanceOptions, 'signal'>>,
    prepare: () => Promise<void>,
  ): Promise<void> {
    const { adapters, loadContract, testConformance } = await import('../../conformance/index.ts')
    await prepare()
    const load = (name: VariantName) => loadContract(contractUrl(name), name)
    run.report = await testConformance({
      ...options,
      contract: await load(variant),
      adapter: adapters[variant],
      otherContracts: () => Promise.all(variantNames.filter((name) => name !== variant).map(load)),
      onStart({ tests }) {
        run.total = tests.length
      },
      onResult(_, done) {
        run.done = done
      },
    })
    run.state = 'done'
  }

  return {
    find: (variant: VariantName): Run | undefined => runs.get(variant),
    /**
     * Starts a run.
     * @param prepare runs before the first test
     * @returns false if one is in progress
     */
    start(variant: VariantName, options: TestOptions, prepare: () => Promise<void>): boolean {
      if (runs.get(variant)?.state === 'running') return false
      const run: Run = {
        url: hideCredentials(options.url),
        state: 'running',
        startedAt: new Date(),
        done: 0,
        total: 0,
      }
      runs.set(variant, run)
      const stop = new AbortController()
      stops.set(variant, stop)
      execute(variant, run, { ...options, signal: stop.signal }, prepare).catch((error) => {
        run.state = 'notRun'
        // The class of connection errors would load the contract tests at the start of the hub.
        const isExpected = error instanceof UserError || error.name === 'ConnectionError'
        const message: string = isExpected ? error.message : String(error)
        run.error = hideCredentials(message.replaceAll('--url', 'the URL'))
      })
      return true
    },
    /** Stops the run in progress. Its report has the tests that have ended. */
    stop: (variant: VariantName): void => stops.get(variant)?.abort(),
    close(): void {
      for (const stop of stops.values()) stop.abort()
    },
  }
}
