import type { Fetch } from './auth.ts'

/**
 * A request that keeps its original body. A plain `Request` turns the body into a stream, which is slower to
 * send and must be cloned for a retry.
 */
export class ReusableRequest extends Request {
  readonly #init: RequestInit | undefined

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init)
    this.#init = init
  }

  /** Arguments for `fetch` with the current headers. Undefined unless the body is text or missing. */
  get parts(): [url: string, init: RequestInit] | undefined {
    // A second `Request` of the same form would have another boundary than its header.
    const isText = typeof (this.#init?.body ?? '') === 'string'
    return isText ? [this.url, { ...this.#init, headers: this.headers }] : undefined
  }
}

/** Prepares a retry. Call it before sending the request, because sending consumes the body. */
export function prepareRetry(request: Request): () => Request {
  const parts = request instanceof ReusableRequest && request.parts
  if (parts) return () => new ReusableRequest(...parts)
  const copy = request.body ? request.clone() : request
  return () => copy
}

/** Looks up `fetch` on each call, so that a later replacement (by a test, for example) takes effect. */
export const globalFetch: Fetch = (request, init) => {
  const [url, parts] = (request instanceof ReusableRequest && request.parts) || []
  return url ? globalThis.fetch(url, { ...parts, ...init }) : globalThis.fetch(request, init)
}
