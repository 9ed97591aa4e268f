import { checkExchange } from './checks/every-exchange.ts'
import { type Connection, ConnectionError } from './connection.ts'
import { type Contract, findOperation } from './contract/contract.ts'
import type { Exchange, RequestData } from './exchange.ts'
import type { Finding } from './finding.ts'
import { NoResponseError, unanswered } from './no-response.ts'
import { sleepUntilRetry } from './retry-after.ts'
import { severityOf } from './severity.ts'
import { type Examination, NotExercisedError, type Probe, type TestCase } from './test-case.ts'
import type { Adapter } from './variants/adapter.ts'
import { withCredentials } from './world/credentials.ts'
import type { Hooks } from './world/hooks.ts'

/** The state and the settings that all tests of a run share. */
export interface RunContext {
  contract: Contract
  connection: Connection
  adapter: Adapter | undefined
  hooks: Hooks
  /** Refuses requests with effects, so that tests which need them are not exercised. */
  readOnly?: boolean
  maxResponseTimeMs?: number
  /** Called when the server asks to be called again later. */
  onWait?: (seconds: number) => void
  signal: AbortSignal
  /** Counts the requests without a response since the last one that got one. */
  silence: { requests: number }
  /** How long the run has waited because of rate limits. */
  waits: { seconds: number }
}

/**
 * Creates the probe of one test.
 * @returns the probe, and all that it has sent and found
 */
export function createProbe(
  test: TestCase,
  {
    contract,
    connection,
    adapter,
    hooks,
    maxResponseTimeMs,
    onWait,
    readOnly = false,
    signal,
    silence,
    waits,
  }: RunContext,
): { probe: Probe; exchanges: Exchange[]; findings: Finding[] } {
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
    const isExpected = ({ check }: { check: string }) =>
      test.expectsServerError && check === 'not_a_server_error'
    return { exchange, violations: violations.filter((violation) => !isExpected(violation)) }
  }

  async function send(request: RequestData): Promise<Exchange> {
    const { exchange, violations } = await examine(request)
    for (const { check, message, ...more } of violations) add(check, exchange, message, more)
    return exchange
  }

  const add: Probe['report'] = (check, exchange, message, more = {}) =>
    findings.push({ severity: severityOf(check, exchange, adapter, more), ...more, check, message, exchange })

  const report: Probe['report'] = (check, exchange, message, more) => {
    // After a server error, all that a test expects of the response is missing for the same reason.
    const isExplained = findings.some(
      (finding) => finding.exchange === exchange && finding.check === 'not_a_server_error',
    )
    if (!isExplained) add(check, exchange, message, more)
  }

  const pathOf = (url: string) =>
    url.startsWith(`${connection.baseUrl}/`) ? url.slice(connection.baseUrl.length) : pathAndQuery(url)

  return { probe: { send, pathOf, examine, report }, exchanges, findings }
}

/** The contract says so of a GET with effects, such as that of an OAuth callback. */
const isReading = ({ method }: RequestData, operation: Exchange['operation']): boolean =>
  ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase()) && operation?.isSafe !== false

function pathAndQuery(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}
