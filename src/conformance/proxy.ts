import { checkExchange } from './checks/every-exchange.ts'
import { checkRequest } from './checks/request.ts'
import { type Contract, findOperation } from './contract/contract.ts'
import type { Exchange } from './exchange.ts'
import type { Finding } from './finding.ts'
import { parseJson } from './parse.ts'
import { toBackendCookies, toProxyCookie } from './proxy-cookies.ts'
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
  const { base, authorization } = splitCredentials(upstream)
  const startedAt = new Date()
  const results: TestResult[] = []

  async function handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const body = request.body ? await request.arrayBuffer() : undefined
    const headers = forwarded(request.headers)
    const operation = findOperation(contract.operations, request.method, pathname)
    const sent = {
      request: {
        method: request.method,
        url: base + pathname + search,
        headers: [...headers],
        body: body && new TextDecoder().decode(body),
      },
      startedAt: Date.now(),
      ...(operation && { operation }),
    }
    const start = performance.now()
    const duration = () => ({ durationMs: performance.now() - start })
    // `fetch` decodes the body, so no encoding is asked for.
    headers.set('accept-encoding', 'identity')
    if (authorization !== undefined && !headers.has('authorization'))
      headers.set('authorization', authorization)
    let response: Response
    let bytes: ArrayBuffer
    try {
      response = await fetch(sent.request.url, {
        ...{ method: request.method, headers, redirect: 'manual' },
        ...(body && { body }),
      })
      bytes = await response.arrayBuffer()
    } catch (error) {
      const message = `The backend ${base} is unreachable: ${reasonOf(error)}`
      const nothing = { status: 0, headers: new Headers(), text: '', body: undefined }
      record({ ...sent, ...duration(), response: nothing }, pathname, [
        { check: 'not_a_server_error', message },
      ])
      return Response.json({ error: message }, { status: 502 })
    }
    const text = new TextDecoder().decode(bytes)
    const { status } = response
    const exchange: Exchange = {
      ...{ ...sent, ...duration() },
      response: { status, headers: response.headers, text, body: parseJson(text) },
    }
    record(exchange, pathname, [
      ...checkRequest(exchange, contract),
      ...checkExchange(exchange, { contract }),
    ])
    // A 204 or 304 has no body, and the constructor refuses one.
    const hasBody = ![101, 204, 205, 304].includes(status)
    return new Response(hasBody ? bytes : null, {
      status,
      headers: returned(response.headers, base, url()),
    })
  }

  function record(exchange: Exchange, pathname: string, violations: Violation[]): void {
    // Preflights are part of Fetch, not of the API.
    if (exchange.request.method === 'OPTIONS') return
    const findings = violations.map((violation) => ({
      ...violation,
      exchange,
      severity: severityOf(violation.check, exchange, adapter),
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

/** `fetch` forbids credentials in URLs. */
function splitCredentials(upstream: string): { base: string; authorization: string | undefined } {
  const url = new URL(upstream)
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  return {
    base: url.href.replace(/\/+$/, ''),
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  }
}

/** Copies the headers of the request, apart from those that `fetch` sets itself. */
function forwarded(headers: Headers): Headers {
  const copy = new Headers(headers)
  for (const name of [...hopByHop, 'host', 'content-length', 'accept-encoding']) copy.delete(name)
  const cookie = copy.get('cookie')
  if (cookie !== null) copy.set('cookie', toBackendCookies(cookie))
  return copy
}

/** Copies the headers of the response, so that redirects and cookies lead to the proxy. */
function returned(headers: Headers, upstream: string, url: string): Headers {
  const copy = new Headers(headers)
  for (const name of [...hopByHop, 'content-length', 'content-encoding']) copy.delete(name)
  const location = copy.get('location')
  if (location?.startsWith(upstream)) copy.set('location', url + location.slice(upstream.length))
  copy.delete('set-cookie')
  const basePath = new URL(upstream).pathname.replace(/\/$/, '')
  for (const each of headers.getSetCookie()) copy.append('set-cookie', toProxyCookie(each, basePath))
  return copy
}

function reasonOf(error: unknown): string {
  const { cause = error } = error as Error
  return cause instanceof Error ? cause.message : String(cause)
}
