import type { Api, Catalog } from '../../catalog/api.ts'
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
export function createRuns({ apis }: Catalog) {
  const runs = new Map<Api, Run>()
  const stops = new Map<Api, AbortController>()

  async function execute(
    api: Api,
    run: Run,
    options: TestOptions & Required<Pick<ConformanceOptions, 'signal'>>,
    prepare: () => Promise<void>,
  ): Promise<void> {
    const { adapters, loadContract, testConformance } = await import('../../conformance/index.ts')
    await prepare()
    const load = ({ contract, name }: Api) => loadContract(contract, name)
    const adapter = api.server && adapters[api.server]
    run.report = await testConformance({
      ...options,
      contract: await load(api),
      ...(adapter && { adapter }),
      otherContracts: () => Promise.all(apis.filter((other) => other !== api).map(load)),
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
    find: (api: Api): Run | undefined => runs.get(api),
    /**
     * Starts a run.
     * @param prepare runs before the first test
     * @returns false if one is in progress
     */
    start(api: Api, options: TestOptions, prepare: () => Promise<void>): boolean {
      if (runs.get(api)?.state === 'running') return false
      const run: Run = {
        url: hideCredentials(options.url),
        state: 'running',
        startedAt: new Date(),
        done: 0,
        total: 0,
      }
      runs.set(api, run)
      const stop = new AbortController()
      stops.set(api, stop)
      execute(api, run, { ...options, signal: stop.signal }, prepare).catch((error) => {
        run.state = 'notRun'
        // The class of connection errors would load the contract tests at the start of the hub.
        const isExpected = error instanceof UserError || error.name === 'ConnectionError'
        const message: string = isExpected ? error.message : String(error)
        run.error = hideCredentials(message.replaceAll('--url', 'the URL'))
      })
      return true
    },
    /** Stops the run in progress. Its report has the tests that have ended. */
    stop: (api: Api): void => stops.get(api)?.abort(),
    close(): void {
      for (const stop of stops.values()) stop.abort()
    },
  }
}
