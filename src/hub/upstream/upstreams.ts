import type { Api } from '../../catalog/api.ts'
import { assertBaseUrl } from '../../common/base-url.ts'
import { UserError } from '../../common/user-error.ts'
import { isLoopback, isWildcard } from '../../server/hosts.ts'

export const routes = ['auto', 'upstream', 'local'] as const

/**
 * The server that answers an operation: the upstream, the mock or sandbox (`local`), or (`auto`) the upstream
 * if it implements the operation.
 */
export type Route = (typeof routes)[number]

/** Whether the upstream implements an operation, as calls have shown. */
export type Learned = 'implemented' | 'missing'

/** The backend of an API, and what is known about its operations. */
export interface ApiUpstream {
  /** The base URL, with credentials. */
  url: string
  routeOf: (operationId: string) => Route
  /** Undefined before the first call. */
  learnedOf: (operationId: string) => Learned | undefined
  learn: (operationId: string, learned: Learned) => void
}

export type Upstreams = ReturnType<typeof createUpstreams>

/** Creates the list of backends that requests to mocks and sandboxes are passed on to. Empty at first. */
export function createUpstreams() {
  // By name, because a contract that changes gets a new API.
  const urls = new Map<string, string>()
  const routesOf = new Map<string, Map<string, Route>>()
  const learned = new Map<string, Map<string, Learned>>()
  const entriesOf = <Value>(of: Map<string, Map<string, Value>>, { name }: Api) => {
    const entries = of.get(name) ?? new Map<string, Value>()
    of.set(name, entries)
    return entries
  }

  return {
    /** Returns the backend of an API; undefined if it has none. */
    find(api: Api): ApiUpstream | undefined {
      const url = urls.get(api.name)
      if (url === undefined) return undefined
      const learnedOf = entriesOf(learned, api)
      return {
        url,
        routeOf: (id) => entriesOf(routesOf, api).get(id) ?? 'auto',
        learnedOf: (id) => learnedOf.get(id),
        learn: (id, value) => learnedOf.set(id, value),
      }
    },
    /** Returns the route of an operation, whether or not there is a backend. */
    routeOf: (api: Api, operationId: string): Route => routesOf.get(api.name)?.get(operationId) ?? 'auto',
    /** Names the backend of an API, or removes it. Forgets what was learned about the earlier one. */
    setUrl(api: Api, url: string | null): void {
      learned.delete(api.name)
      if (url === null) urls.delete(api.name)
      else urls.set(api.name, url)
    },
    /** Sets the route of an operation, and forgets what was learned about it. */
    setRoute(api: Api, operationId: string, route: Route): void {
      entriesOf(routesOf, api).set(operationId, route)
      entriesOf(learned, api).delete(operationId)
    },
  }
}

/**
 * Checks the URL of a backend.
 * @param label the URL in errors, without credentials
 * @param ownUrls the URLs of the hub, to which it cannot pass requests on
 * @throws {UserError} if it is not usable
 */
export function assertUpstreamUrl(url: string, label: string, ownUrls: readonly string[]): void {
  assertBaseUrl(url, label)
  if (ownUrls.some((own) => isSameServer(new URL(url), new URL(own))))
    throw new UserError(`${label} is the hub itself. Pass the URL of your backend.`)
}

function isSameServer(one: URL, other: URL): boolean {
  const nameOf = ({ hostname }: URL) =>
    isLoopback(hostname) || isWildcard(hostname) ? 'localhost' : hostname.replace(/\.$/, '')
  return one.protocol === other.protocol && nameOf(one) === nameOf(other) && one.port === other.port
}
