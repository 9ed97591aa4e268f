import { checkExchange } from './checks/every-exchange.ts'
import { checkRequest } from './checks/request.ts'
import { describeConnectionError } from './connection-error.ts'
import { type Contract, findOperation } from './contract/contract.ts'
import type { Exchange } from './exchange.ts'
import type { Finding } from './finding.ts'
import { forward, type Received, toBackendHeaders, toProxyResponse, toUpstream } from './forward.ts'
import { parseJson } from './parse.ts'
import { maskText } from './report/mask.ts'
import { type Report, summarize } from './report/summary.ts'
import { severityOf } from './severity.ts'
import type { TestResult } from './test-case.ts'
import type { Adapter } from './variants/adapter.ts'

export interface ProxyOptions {
  contract: Contract
  adapter?: Adapter
  /** The base URL of the real backend. */
  upstream: string
  /** Returns the URL of the proxy, which replaces that of the backend in redirects. */
  url: () => string
  /** Called after each exchange. */
  onExchange?: (exchange: Exchange, findings: Finding[]) => void
}

type Violation = Omit<Finding, 'exchange' | 'severity'>

/** Requests and responses of more exchanges are dropped from the report, oldest first. */
const maxExchanges = 5_000

/**
 * Creates a proxy between a running frontend and its backend that judges both directions by a contract.
 * @returns the handler, and a function that returns the report of everything so far
 */
export function createValidationProxy({ contract, adapter, upstream, url, onExchange }: ProxyOptions) {
  const backend = toUpstream(upstream)
  const { base } = backend
  const startedAt = new Date()
  const results: TestResult[] = []

  async function handle(request: Request): Promise<Response> {
    const { method } = request
    const { pathname, search } = new URL(request.url)
    const path = pathname + search
    const body = request.body ? await request.arrayBuffer() : undefined
    const headers = toBackendHeaders(request.headers)
    const operation = findOperation(contract.operations, method, pathname)
    const sent = {
      request: {
        ...{ method, url: base + path },
        headers: [...headers],
        body: body && new TextDecoder().decode(body),
      },
      startedAt: Date.now(),
      ...(operation && { operation }),
    }
    const start = performance.now()
    const duration = () => ({ durationMs: performance.now() - start })
    let received: Received
    try {
      received = await forward(backend, { method, path, headers, ...(body && { body }) })
    } catch (error) {
      const { cause = error } = error as Error
      const reason = describeConnectionError(cause as Error, { baseUrl: base, setting: '--upstream' })
      const message = `The backend ${base} is unreachable: ${reason}`
      const nothing = { status: 0, headers: new Headers(), text: '', body: undefined }
      record({ ...sent, ...duration(), response: nothing }, pathname, [
        { check: 'not_a_server_error', message },
      ])
      return Response.json({ error: message }, { status: 502 })
    }
    const { response, bytes } = received
    const text = new TextDecoder().decode(bytes)
    const { status } = response
    const exchange: Exchange = {
      ...{ ...sent, ...duration() },
      response: { status, headers: response.headers, text, body: parseJson(text) },
    }
    record(exchange, pathname, [
      ...(await checkRequest(exchange, contract)),
      ...checkExchange(exchange, { contract }),
    ])
    return toProxyResponse(received, { from: base, to: url(), path })
  }

  function record(exchange: Exchange, pathname: string, violations: Violation[]): void {
    // Preflights are part of Fetch, not of the API.
    if (exchange.request.method === 'OPTIONS') return
    const findings = violations.map((violation) => ({
      ...violation,
      exchange,
      severity: severityOf(violation.check, exchange, adapter, violation),
    }))
    results.push({
      test: {
        pack: 'traffic',
        title: maskText(`${exchange.request.method} ${pathname}`),
        writes: false,
        run: async () => {},
        ...(exchange.operation && { operationId: exchange.operation.id }),
      },
      outcome: findings.length > 0 ? 'failed' : 'passed',
      findings,
      exchanges: [exchange],
      durationMs: exchange.durationMs,
    })
    if (results.length > maxExchanges) results.shift()
    onExchange?.(exchange, findings)
  }

  const report = (): Report => summarize({ contract, url: base, startedAt, results: [...results] })

  return { fetch: handle, report }
}
