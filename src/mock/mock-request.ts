import type { Context } from 'hono'
import { parse as parseCookies } from 'hono/utils/cookie'

/** A request with its parts as text. */
export interface MockRequest {
  pathParameters: Record<string, string>
  query: URLSearchParams
  /** Names are in lower case. */
  headers: Record<string, string>
  cookies: Record<string, string>
  /** Undefined for an empty body, and for operations that declare no body. */
  body?: unknown
}

/** Reads all parts of a request but the body. */
export function toMockRequest({ req }: Context, pathParameters: Record<string, string>): MockRequest {
  const headers = req.header()
  return {
    pathParameters,
    query: new URL(req.url).searchParams,
    headers,
    cookies: parseCookies(headers.cookie ?? ''),
  }
}
