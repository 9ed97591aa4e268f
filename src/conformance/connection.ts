import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeConnectionError } from './connection-error.ts'
import type { Exchange, RequestData } from './exchange.ts'
import { parseJson } from './parse.ts'

export interface ConnectionOptions {
  /** Sent with every request unless the request has its own value. */
  headers?: Record<string, string>
  /** For one response, in milliseconds. */
  timeoutMs?: number
  /** The highest number of requests per second; unlimited by default. */
  rate?: number
}

/** Sends requests to a server. Redirects are never followed, so that their `Location` can be judged. */
export interface Connection {
  baseUrl: string
  /** @throws {ConnectionError} if no HTTP response arrives */
  send: (request: RequestData) => Promise<Exchange>
  close: () => void
}

/** No HTTP response arrived. The message says why and what to do. */
export class ConnectionError extends Error {
  override name = 'ConnectionError'
}

/** A larger response is cut off. */
const maxResponseBytes = 5_000_000

/**
 * Opens a connection to a server. It uses `node:http` because `fetch` forbids what a test of HTTP needs:
 * doubled headers, methods such as TRACE, and invalid Content-Types.
 * @param baseUrl the URL that the paths of the contract are appended to
 */
export function openConnection(
  baseUrl: string,
  { headers = {}, timeoutMs = 10_000, rate = Number.POSITIVE_INFINITY }: ConnectionOptions = {},
): Connection {
  const base = baseUrl.replace(/\/+$/, '')
  const { protocol } = new URL(base)
  const { request: open, Agent } = protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const waitForTurn = limitRate(rate)

  async function send(request: RequestData): Promise<Exchange> {
    await waitForTurn()
    const url = base + request.path
    const body =
      request.body === undefined || typeof request.body === 'string'
        ? request.body
        : JSON.stringify(request.body)
    const sent = mergeHeaders(
      { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      request.headers ?? {},
    )
    const startedAt = Date.now()
    const start = performance.now()
    const attempt = (isRetry: boolean) =>
      new Promise<Exchange['response']>((resolve, reject) => {
        const outgoing = open(url, {
          agent: isRetry ? false : agent,
          method: request.method.toUpperCase(),
          headers: {
            ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
            ...groupHeaders(sent),
          },
        })
        let isLate = false
        let awaited = 'response'
        const timer = setTimeout(() => {
          isLate = true
          outgoing.destroy(new Error('timeout'))
        }, timeoutMs)
        const fail = (error: NodeJS.ErrnoException) => {
          clearTimeout(timer)
          // The server closed the idle connection just before the request, which says nothing about either.
          if (!isRetry && !isLate && outgoing.reusedSocket && error.code === 'ECONNRESET')
            return resolve(attempt(true))
          const late = `No ${awaited} from ${url} within ${timeoutMs / 1000} s.`
          reject(
            new ConnectionError(
              isLate ? late : describeConnectionError(error, { baseUrl: base, awaited, setting: '--url' }),
            ),
          )
        }
        outgoing.on('response', (incoming) => {
          awaited = 'complete response'
          readResponse(incoming).then((read) => {
            clearTimeout(timer)
            resolve(read)
          }, fail)
        })
        outgoing.on('error', fail)
        outgoing.end(body)
      })
    const response = await attempt(false)
    return {
      request: { method: request.method.toUpperCase(), url, headers: sent, body },
      response,
      startedAt,
      durationMs: performance.now() - start,
    }
  }

  return { baseUrl: base, send, close: () => agent.destroy() }
}

async function readResponse(incoming: http.IncomingMessage): Promise<Exchange['response']> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    size += chunk.length
    if (size > maxResponseBytes) break
    chunks.push(chunk)
  }
  const headers = new Headers()
  for (let index = 0; index < incoming.rawHeaders.length; index += 2)
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '')
  const text = Buffer.concat(chunks).toString()
  return { status: incoming.statusCode ?? 0, headers, text, body: parseJson(text) }
}

/** Overrides headers by name, whatever the case. */
function mergeHeaders(
  defaults: Record<string, string>,
  own: Record<string, string | string[]>,
): [string, string][] {
  const overridden = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  return [
    ...Object.entries(defaults).filter(([name]) => !overridden.has(name.toLowerCase())),
    ...Object.entries(own),
  ].flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, each]),
  )
}

function groupHeaders(headers: [string, string][]): Record<string, string | string[]> {
  const grouped = Object.groupBy(headers, ([name]) => name)
  return Object.fromEntries(
    Object.entries(grouped).map(([name, entries = []]) => [
      name,
      entries.length === 1 ? (entries[0]?.[1] ?? '') : entries.map(([, value]) => value),
    ]),
  )
}

/** Returns a function that waits until the next request may be sent. */
function limitRate(perSecond: number): () => Promise<void> {
  let next = 0
  return async () => {
    if (perSecond === Number.POSITIVE_INFINITY) return
    const now = performance.now()
    const at = Math.max(now, next)
    next = at + 1000 / perSecond
    if (at > now) await sleep(at - now)
  }
}
