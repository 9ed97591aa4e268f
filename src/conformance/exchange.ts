import type { Operation } from './contract/contract.ts'

/** A request as data, so that a test can change any part of it. */
export interface RequestData {
  method: string
  /** The path and query below the base URL. */
  path: string
  /** An array sends a header several times. */
  headers?: Record<string, string | string[]>
  /** Strings are sent unchanged, anything else as JSON. */
  body?: unknown
}

/** A response with its parsed body. */
export interface ResponseData {
  status: number
  headers: Headers
  text: string
  /** The parsed JSON; undefined if the body is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the body of an unknown server, whose shape the checks find out
  body: any
}

/** A request that was sent, and the response to it. */
export interface Exchange {
  request: { method: string; url: string; headers: [name: string, value: string][]; body: string | undefined }
  response: ResponseData
  /** Until the last byte of the response. */
  durationMs: number
  /** When the request was sent, in milliseconds since 1970. */
  startedAt: number
  /** The operation of the contract that the request reaches, if any. */
  operation?: Operation
}
