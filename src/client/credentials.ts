import type { Fetch } from './auth.ts'
import { createPathReader } from './paths.ts'
import { asRequestClass, globalFetch, ReusableRequest } from './request.ts'

/** A key that is sent with every call, in a header or in the query. */
export type ApiKey =
  | { header: string; query?: never; value: string }
  | { query: string; header?: never; value: string }

/**
 * A cookie whose value the API expects in a header as well (double-submit cookie), because other sites cannot
 * read it.
 */
export interface CsrfCookie {
  cookie: string
  header: string
}

const safeMethods = ['GET', 'HEAD', 'OPTIONS']

/** Wraps `fetch` so that requests of this API, and no others, get the headers of its credentials. */
export function withCredentials({
  baseUrl,
  fetch = globalFetch,
  apiKey = [],
  csrf,
}: CredentialOptions): Fetch {
  const pathOf = createPathReader(baseUrl)
  return (request, init) => {
    if (pathOf(request.url) !== undefined) {
      for (const { header, value } of [apiKey].flat()) if (header) request.headers.set(header, value)
      const token = csrf && !safeMethods.includes(request.method) ? readCookie(csrf.cookie) : undefined
      if (csrf && token !== undefined) request.headers.set(csrf.header, token)
    }
    return fetch(request, init)
  }
}

interface CredentialOptions {
  baseUrl: string
  fetch?: Fetch | undefined
  apiKey?: ApiKey | readonly ApiKey[] | undefined
  csrf?: CsrfCookie | undefined
}

/**
 * Returns the `Request` of a client. It adds API keys to the query, because the URL of a request cannot
 * change later.
 */
export function requestClass({ baseUrl, apiKey = [] }: CredentialOptions): typeof ReusableRequest {
  const keys = [apiKey].flat().flatMap(({ query, value }) => (query ? [[query, value]] : []))
  const pairs = String(new URLSearchParams(keys))
  if (!pairs) return ReusableRequest
  const pathOf = createPathReader(baseUrl)
  return asRequestClass((input, init) => {
    const isOurs = typeof input === 'string' && pathOf(input) !== undefined
    return ReusableRequest(isOurs ? `${input}${input.includes('?') ? '&' : '?'}${pairs}` : input, init)
  })
}

/** Returns the value of a cookie of this page. Undefined without a page, as on a server. */
function readCookie(name: string): string | undefined {
  const pairs = (globalThis.document?.cookie ?? '').split('; ')
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
