import { checkExchange } from './checks/every-exchange.ts'
import { checkRequest } from './checks/request.ts'
import { type Contract, findOperation } from './contract/contract.ts'
import type { Exchange } from './exchange.ts'
import type { Finding } from './finding.ts'
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

/** Requests and responses of more exchanges are dropped from the report, oldest first. */
const maxExchanges = 5_000

/** Describe one connection only, so they are not passed on (RFC 9110, §7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/**
 * Creates a proxy between a running frontend and its backend that judges both directions by a contract.
 * @returns the handler, and a function that returns the report of everything so far
 */
export function createValidationProxy({ contract, adapter, upstream, url, onExchange }: ProxyOptions) {
  const base = upstream.replace(/\/+$/, '')
  const startedAt = new Date()
  const results: TestResult[] = []

  async function handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const body = request.body ? await request.arrayBuffer() : undefined
    const start = performance.now()
    const response = await fetch(base + pathname + search, {
      method: request.method,
      headers: forwarded(request.headers),
      redirect: 'manual',
      ...(body && { body }),
    }).catch((error: Error) => unreachable(base, error))
    const bytes = await response.arrayBuffer()
    const text = new TextDecoder().decode(bytes)
    const operation = findOperation(contract.operations, request.method, pathname)
    const exchange: Exchange = {
      request: {
        method: request.method,
        url: base + pathname + search,
        headers: [...request.headers],
        body: body && new TextDecoder().decode(body),
      },
      response: { status: response.status, headers: response.headers, text, body: parse(text) },
      durationMs: performance.now() - start,
      startedAt: Date.now(),
      ...(operation && { operation }),
    }
    record(exchange, pathname)
    // A 204 or 304 has no body, and the constructor refuses one.
    const hasBody = ![101, 204, 205, 304].includes(response.status)
    return new Response(hasBody ? bytes : null, {
      status: response.status,
      headers: returned(response.headers, base, url()),
    })
  }

  function record(exchange: Exchange, pathname: string): void {
    // Preflights are part of Fetch, not of the API.
    if (exchange.request.method === 'OPTIONS') return
    const violations = [...checkRequest(exchange, contract), ...checkExchange(exchange, { contract })]
    const findings = violations.map((violation) => ({
      ...violation,
      exchange,
      severity: severityOf(violation.check, exchange, adapter),
    }))
    results.push({
      test: {
        pack: 'traffic',
        title: `${exchange.request.method} ${pathname}`,
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

  const report = (): Report => summarize({ contract, url: base, seed: 0, startedAt, results: [...results] })

  return { fetch: handle, report }
}

function forwarded(headers: Headers): Headers {
  const copy = new Headers(headers)
  // `fetch` sets Host, and decodes what it accepts.
  for (const name of [...hopByHop, 'host', 'content-length', 'accept-encoding']) copy.delete(name)
  copy.set('accept-encoding', 'identity')
  return copy
}

function returned(headers: Headers, upstream: string, url: string): Headers {
  const copy = new Headers(headers)
  for (const name of [...hopByHop, 'content-length', 'content-encoding']) copy.delete(name)
  const location = copy.get('location')
  if (location?.startsWith(upstream)) copy.set('location', url + location.slice(upstream.length))
  return copy
}

function unreachable(upstream: string, { cause }: Error): Response {
  const reason = cause instanceof Error ? cause.message : 'unknown'
  return Response.json({ error: `The backend ${upstream} is unreachable: ${reason}` }, { status: 502 })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
