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

export type TestOptions = Pick<ConformanceOptions, 'url' | 'readOnly' | 'hooks'>

/** Creates the runs of contract tests, at most one per API at a time. */
export function createRuns() {
  // By name, because a contract that changes gets a new API.
  const runs = new Map<string, Run>()
  const stops = new Map<string, AbortController>()

  async function execute(
    api: Api,
    { apis }: Catalog,
    run: Run,
    options: TestOptions & Required<Pick<ConformanceOptions, 'signal'>>,
    prepare: () => Promise<void>,
  ): Promise<void> {
    const [{ adapters, testConformance }, { readContract }] = await Promise.all([
      import('../../conformance/index.ts'),
      import('../contract.ts'),
    ])
    await prepare()
    const adapter = api.server && adapters[api.server]
    run.report = await testConformance({
      ...options,
      contract: await readContract(api),
      ...(adapter && { adapter }),
      otherContracts: () => Promise.all(apis.filter((other) => other !== api).map(readContract)),
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
    find: (api: Api): Run | undefined => runs.get(api.name),
    /**
     * Starts a run.
     * @param catalog the other APIs, whose paths the server may have as well
     * @param prepare runs before the first test
     * @returns false if one is in progress
     */
    start(api: Api, catalog: Catalog, options: TestOptions, prepare: () => Promise<void>): boolean {
      if (runs.get(api.name)?.state === 'running') return false
      const run: Run = {
        url: hideCredentials(options.url),
        state: 'running',
        startedAt: new Date(),
        done: 0,
        total: 0,
      }
      runs.set(api.name, run)
      const stop = new AbortController()
      stops.set(api.name, stop)
      execute(api, catalog, run, { ...options, signal: stop.signal }, prepare).catch((error) => {
        run.state = 'notRun'
        // The class of connection errors would load the contract tests at the start of the hub.
        const isExpected = error instanceof UserError || error.name === 'ConnectionError'
        const message: string = isExpected ? error.message : String(error)
        run.error = hideCredentials(message.replaceAll('--url', 'the URL'))
      })
      return true
    },
    /** Stops the run in progress. Its report has the tests that have ended. */
    stop: (api: Api): void => stops.get(api.name)?.abort(),
    close(): void {
      for (const stop of stops.values()) stop.abort()
    },
  }
}
