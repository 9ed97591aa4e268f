import { randomUUID } from 'node:crypto'
import type { Api, Catalog } from '../../catalog/api.ts'
import { createChangeSignal } from '../../common/change-signal.ts'

/** The beginning of a body. */
export interface Body {
  content: string | Uint8Array
  isCut: boolean
}

/** A request to a mock or sandbox, and the response to it. */
export interface Entry {
  /** Counts from 1. */
  id: number
  api: Api
  /** The server whose base URL was called. */
  server: 'mock' | 'sandbox'
  /** The hub answers itself what it can pass on to no server. */
  answeredBy: 'mock' | 'sandbox' | 'upstream' | 'hub'
  /** How the request came to be answered there, in words. */
  note?: string
  method: string
  /** The full URL. */
  url: string
  requestHeaders: Headers
  requestBody: Body | undefined
  /** For its status and headers; its body has been sent. */
  response: Response
  responseBody: Body | undefined
  /** The connection was broken after so many bytes of the body; 0 without any response. */
  brokenAfter?: number
  /** When the request arrived, in milliseconds since 1970. */
  startedAt: number
  durationMs: number
}

export interface RequestLogLimits {
  /** The number of requests that the log keeps. 500 by default. */
  maxEntries?: number
  /** The size of all requests and responses that the log keeps, in bytes, estimated. 16 MiB by default. */
  maxBytes?: number
  /** Longer bodies are cut; in bytes or characters. 64 KiB by default. */
  maxBodyBytes?: number
}

export type RequestLog = ReturnType<typeof createRequestLog>

/** Creates a log of the latest requests. The oldest ones are dropped when it is full. */
export function createRequestLog({
  maxEntries = 500,
  maxBytes = 16 * 1024 * 1024,
  maxBodyBytes = 64 * 1024,
}: RequestLogLimits = {}) {
  const entries: (Entry & { size: number })[] = []
  const signal = createChangeSignal()
  let bytes = 0
  let lastId = 0
  let catalog: Catalog | undefined
  let epoch = randomUUID()
  const currentOf = (api: Api) => catalog?.find(api.name) ?? api

  return {
    maxEntries,
    maxBodyBytes,
    /** Changes when the log is cleared or a contract changes, and differs between processes. */
    epoch: () => epoch,
    /** Returns the entries after an id, oldest first. */
    after: (id: number): Entry[] => entries.filter((entry) => entry.id > id),
    find: (id: number): Entry | undefined => entries.find((entry) => entry.id === id),
    /** Finds a request of the console by its header `X-Call-Id`. */
    findCall: (callId: string): Entry | undefined =>
      entries.findLast(({ requestHeaders }) => requestHeaders.get('x-call-id') === callId),
    add(entry: Omit<Entry, 'id'>): void {
      lastId++
      const size = sizeOf(entry)
      // A contract may have changed since the request arrived.
      entries.push({ id: lastId, size, ...entry, api: currentOf(entry.api) })
      bytes += size
      while (entries.length > maxEntries || bytes > maxBytes) {
        const dropped = entries.shift()
        if (!dropped) break
        bytes -= dropped.size
      }
      signal.notify()
    },
    /** Lets all entries be judged by the new versions of their APIs. Streams send them again. */
    replaceApis(newCatalog: Catalog): void {
      catalog = newCatalog
      for (const entry of entries) entry.api = currentOf(entry.api)
      epoch = randomUUID()
      signal.notify()
    },
    clear(): void {
      entries.length = 0
      bytes = 0
      epoch = randomUUID()
      signal.notify()
    },
    /** Waits for the next change. See `ChangeSignal`. */
    change: signal.next,
    /** Wakes everyone who waits for a change. */
    wake: signal.notify,
  }
}

/**
 * The estimated size of an entry without its URL and bodies, in bytes. Counting the headers of each request
 * would slow down the sandboxes; Node limits them to 64 KiB.
 */
const fixedSize = 2048

const sizeOf = ({ url, requestBody, responseBody }: Omit<Entry, 'id'>): number =>
  fixedSize + url.length + (requestBody?.content.length ?? 0) + (responseBody?.content.length ?? 0)
