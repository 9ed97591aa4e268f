import type { Context } from 'hono'
import { parse as parseCookies } from 'hono/utils/cookie'
import type { RequestTexts } from '../openapi/read-parameter.ts'

/** A request with its parts as text. */
export interface MockRequest extends RequestTexts {
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
