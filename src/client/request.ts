import type { Fetch } from './auth.ts'

/**
 * A request that keeps its original body. A `Request` turns the body into a stream, which is slower to send and must be
 * cloned to be sent again; text has neither cost.
 */
export class ReusableRequest extends Request {
  readonly #init: RequestInit | undefined

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init)
    this.#init = init
  }

  /** Arguments for `fetch`, if the body is text or absent. With the current headers, which may have been set later. */
  get parts(): [url: string, init: RequestInit] | undefined {
    // A form would get a boundary other than the one in its header.
    const isText = typeof (this.#init?.body ?? '') === 'string'
    return isText ? [this.url, { ...this.#init, headers: this.headers }] : undefined
  }
}

/** Prepares a request to be sent again. Call this before sending it, because that consumes the body. */
export function repeater(request: Request): () => Request {
  const parts = request instanceof ReusableRequest && request.parts
  if (parts) return () => new ReusableRequest(...parts)
  const copy = request.body ? request.clone() : request
  return () => copy
}

/** Looks up `fetch` on each call, so that a later replacement of the global one (by a test, a service) is used. */
export const globalFetch: Fetch = (request, init) => {
  const [url, parts] = (request instanceof ReusableRequest && request.parts) || []
  return url ? globalThis.fetch(url, { ...parts, ...init }) : globalThis.fetch(request, init)
}
