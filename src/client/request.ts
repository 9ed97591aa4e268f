import type { Fetch } from './auth.ts'

const inits = new WeakMap<Request, RequestInit>()

type CreateRequest = (input: RequestInfo | URL, init?: RequestInit) => Request

/**
 * Makes a function usable as the `Request` of openapi-fetch, which calls it with `new`, and accepts only
 * instances of it from middleware. It is not a subclass of `Request`, which may be missing when this module
 * is imported.
 */
export function asRequestClass(create: CreateRequest): CreateRequest {
  function RequestFunction(input: RequestInfo | URL, init?: RequestInit): Request {
    return create(input, init)
  }
  return Object.defineProperty(RequestFunction, Symbol.hasInstance, {
    value: (value: object) => value instanceof Request,
  })
}

/**
 * Creates a request that keeps its original body, and never follows a redirect. A plain `Request` turns the
 * body into a stream, which is slower to send and must be cloned for a retry.
 */
export const ReusableRequest = asRequestClass((input, init) => {
  const manual: RequestInit = { ...init, redirect: 'manual' }
  const request = new Request(input, manual)
  inits.set(request, manual)
  return request
})

/** Returns arguments for `fetch` with the current headers. Undefined unless the body is text or missing. */
function partsOf(request: Request): [url: string, init: RequestInit] | undefined {
  const init = inits.get(request)
  // A second `Request` of the same form would get a new boundary, which its copied header does not name.
  const isText = init && typeof (init.body ?? '') === 'string'
  return isText ? [request.url, { ...init, headers: request.headers }] : undefined
}

/** Prepares a retry. Call it before sending the request, because sending consumes the body. */
export function prepareRetry(request: Request): () => Request {
  const parts = partsOf(request)
  if (parts) return () => ReusableRequest(...parts)
  const copy = request.body ? request.clone() : request
  return () => copy
}

/** Looks up `fetch` on each call, so that a later replacement (by a test, for example) takes effect. */
export const globalFetch: Fetch = (request, init) => {
  const [url, parts] = partsOf(request) ?? []
  return url ? globalThis.fetch(url, { ...parts, ...init }) : globalThis.fetch(request, init)
}
