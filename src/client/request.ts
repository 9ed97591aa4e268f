import type { Fetch } from './auth.ts'

/**
 * A request that remembers what it was made of. A `Request` turns its body into a stream, which costs time to send and
 * has to be split to be sent again; the text that it was made of has neither trouble.
 */
export class ReusableRequest extends Request {
  readonly #init: RequestInit | undefined

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init)
    this.#init = init
  }

  /** What to call `fetch` with, if the body is text or there is none. Headers are the present ones, since they may have been set after the request was made. */
  get parts(): [url: string, init: RequestInit] | undefined {
    // A form would get another boundary than its header says.
    const isText = typeof (this.#init?.body ?? '') === 'string'
    return isText ? [this.url, { ...this.#init, headers: this.headers }] : undefined
  }
}

/** Prepares for sending a request once more: to be called before it is sent, since that consumes the body. */
export const repeater = (request: Request): (() => Request) => {
  const parts = request instanceof ReusableRequest && request.parts
  if (parts) return () => new ReusableRequest(...parts)
  const copy = request.body ? request.clone() : request
  return () => copy
}

/** Sends by the `fetch` of the moment, so that what replaces the global one later (a test, a service) is used too. */
export const globalFetch: Fetch = (request, init) => {
  const [url, parts] = (request instanceof ReusableRequest && request.parts) || []
  return url ? globalThis.fetch(url, { ...parts, ...init }) : globalThis.fetch(request, init)
}
