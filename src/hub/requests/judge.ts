import { checkExchange } from '../../conformance/checks/every-exchange.ts'
import { checkRequest } from '../../conformance/checks/request.ts'
import { type Contract, findOperation } from '../../conformance/contract/contract.ts'
import type { Exchange } from '../../conformance/exchange.ts'
import type { Finding } from '../../conformance/finding.ts'
import { parseJson } from '../../conformance/parse.ts'
import { problemHeader } from '../../mock/problem.ts'
import { splitPath } from '../base-path.ts'
import { contractOf } from '../contract.ts'
import type { Body, Entry } from './log.ts'

export type Violation = Omit<Finding, 'exchange' | 'severity'>

/** An entry as the checks of the contract see it, and what they found. */
export interface Judged {
  exchange: Exchange
  /** The name of the sandbox, if it has one. */
  sandbox?: string
  baseUrl: string
  /** The path and query below the base URL of the mock or sandbox. */
  path: string
  request: Violation[]
  response: Violation[]
  /** The reason why a direction was not judged. */
  skipped?: 'preflight' | 'hub' | 'outside' | 'refused' | 'cut' | 'broken'
}

const judged = new WeakMap<Entry, { api: Entry['api']; result: Judged }>()

/** Judges both directions of an entry by the contract, once for each version of the contract. */
export async function judge(entry: Entry): Promise<Judged> {
  const { api } = entry
  const known = judged.get(entry)
  if (known?.api === api) return known.result
  const result = await judgeExchange(entry, await contractOf(api))
  judged.set(entry, { api, result })
  return result
}

async function judgeExchange(entry: Entry, contract: Contract): Promise<Judged> {
  const url = new URL(entry.url)
  const { base, path: pathname, sandbox: nameInPath } = splitPath(url.pathname, entry.api.basePath)
  const sandbox = nameInPath ?? entry.requestHeaders.get('x-sandbox') ?? undefined
  const path = pathname + url.search
  // A contract declares GET only, and each GET allows HEAD (RFC 9110, section 9.3.2).
  const operation = findOperation(
    contract.operations,
    entry.method === 'HEAD' ? 'GET' : entry.method,
    pathname,
  )
  const exchange = exchangeOf(entry, url.origin + path)
  if (operation) exchange.operation = operation
  const baseUrl = url.origin + base
  const result = { exchange, baseUrl, path, ...(sandbox !== undefined && { sandbox }) }
  // Preflights are part of Fetch, not of the API.
  if (entry.method === 'OPTIONS') return { ...result, request: [], response: [], skipped: 'preflight' }
  if (entry.answeredBy === 'hub') return { ...result, request: [], response: [], skipped: 'hub' }
  // The sandbox also serves files and its health, which are not part of its API.
  if (!operation && entry.response.status < 400)
    return { ...result, request: [], response: [], skipped: 'outside' }
  const [isRequestCut, isResponseCut] = [isCut(entry.requestBody), isCut(entry.responseBody)]
  const request = isRequestCut ? [] : await checkRequest(exchange, contract)
  if (entry.brokenAfter !== undefined) return { ...result, request, response: [], skipped: 'broken' }
  if (isRefusal(entry)) return { ...result, request, response: [], skipped: 'refused' }
  return {
    ...result,
    request,
    response: isResponseCut ? [] : checkExchange(exchange, { contract }),
    ...((isRequestCut || isResponseCut) && { skipped: 'cut' }),
  }
}

/** Mocks say as problem details what no contract lets them say, such as that a control header is invalid. */
const isRefusal = ({ answeredBy, response: { headers } }: Entry) =>
  answeredBy === 'mock' && headers.has(problemHeader)

/** The whole body is needed to judge it. */
const isCut = (body: Body | undefined) => body?.isCut === true

function exchangeOf(entry: Entry, url: string): Exchange {
  const text = textOf(entry.responseBody) ?? ''
  return {
    request: {
      method: entry.method,
      url,
      headers: [...entry.requestHeaders],
      body: textOf(entry.requestBody),
    },
    response: { status: entry.response.status, headers: entry.response.headers, text, body: parseJson(text) },
    startedAt: entry.startedAt,
    durationMs: entry.durationMs,
  }
}

const textOf = (body: Body | undefined): string | undefined =>
  body && (typeof body.content === 'string' ? body.content : new TextDecoder().decode(body.content))
