import { type Catalog, mockPath } from '../catalog/api.ts'
import { builtInCatalog } from '../catalog/built-in.ts'
import { hideCredentials } from '../common/base-url.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { badRequestMessages } from '../http/bad-request.ts'
import type { Delay } from '../mock/delay.ts'
import { problem } from '../mock/problem.ts'
import type { OnBadRequest } from '../server/bad-requests.ts'
import { allowedHostnames } from '../server/hosts.ts'
import type { Connection } from '../server/server.ts'
import { type HubContext, isServed } from './context.ts'
import { createContractEvents } from './contract-events.ts'
import { createMcpRoute } from './mcp.ts'
import { memoize } from './memoize.ts'
import { loadMock } from './mocks.ts'
import { navigationFor } from './navigation.ts'
import { createRequestLog, type RequestLogLimits } from './requests/log.ts'
import { createHubRoutes, type HubState } from './routes.ts'
import { openSandbox, type SandboxOptions } from './sandboxes.ts'
import { createRuns } from './tests/runs.ts'
import { createRouter } from './upstream/index.ts'
import { assertUpstreamUrl } from './upstream/upstreams.ts'

export interface HubOptions {
  /** The APIs. By default, those of this package. */
  catalog?: Catalog
  /** The host that the server listens on. Requests for another host are rejected. */
  host: string
  /** Further host names that the server accepts. None by default. */
  allowedHosts?: readonly string[]
  /** Receives reports of internal errors and of requests that the mocks reject. Standard error by default. */
  log?: (text: string) => void
  /** Delays each response of the mocks. */
  delay?: Delay
  /** Where sandboxes store data and how clients reach them. In memory and on port 4000 by default. */
  sandboxes?: SandboxOptions
  /** The limits of the log of requests. False turns it off. */
  requests?: RequestLogLimits | false
  /** How long to wait for the response of an upstream, in milliseconds. 30 seconds by default. */
  upstreamTimeoutMs?: number
}

/** Creates the hub: home page, mocks, sandboxes, docs and contracts. Each is loaded at its first use. */
export function createHub({
  catalog = builtInCatalog(),
  host,
  allowedHosts = [],
  log = console.error,
  delay,
  sandboxes = { data: null, origin: () => 'http://localhost:4000' },
  requests = {},
  upstreamTimeoutMs = 30_000,
}: HubOptions) {
  let current = catalog
  const contractEvents = createContractEvents()
  const shared: Omit<HubContext, 'catalog' | 'contractVersion'> = {
    sandboxOf: memoize((api) =>
      openSandbox(api, { host, allowedHosts, ...sandboxes, navigationFor: shared.navigationFor }),
    ),
    mockOf: memoize((api) => loadMock(api, { basePath: mockPath(api), log, ...(delay && { delay }) })),
    navigationFor: (path) => navigationFor(current, path),
    contractEvents,
    originOf({ req }) {
      const { host, origin } = new URL(req.url)
      const own = URL.parse(sandboxes.origin())
      // A proxy that terminates TLS passes a request on with another scheme.
      return own?.host === host ? own.origin : origin
    },
  }
  const { sandboxOf, mockOf } = shared
  const router = createRouter({
    isOwnName: allowedHostnames(host, allowedHosts),
    serverOf: (api) => (isServed(api) ? sandboxOf(api) : mockOf(api)),
    timeoutMs: upstreamTimeoutMs,
  })
  const closing = new AbortController()
  const requestLog = createRequestLog(requests || {})
  const runs = createRuns()
  const mcp = createMcpRoute(
    () => current,
    async (request) => app.fetch(request, {}),
  )
  const state: HubState = {
    ...{ host, allowedHosts, log, router, runs, mcp },
    requestLog: requests ? requestLog : undefined,
    ownOrigin: sandboxes.origin,
    closing: closing.signal,
  }
  const createRoutes = () =>
    createHubRoutes({ catalog: current, contractVersion: contractEvents.version(), ...shared }, state)
  let app = createRoutes()

  return {
    fetch: async (request: Request, connection: Partial<Connection> = {}) => app.fetch(request, connection),
    /** The path of a request that is not valid HTTP, and therefore its API, is unknown. */
    badRequest: (({ status }) => problem(status, `${badRequestMessages[status]}.`)) satisfies OnBadRequest,
    /**
     * Serves other APIs, or other versions of their contracts. Sandboxes, upstreams, the log and the results
     * of contract tests stay.
     */
    setCatalog(catalog: Catalog): void {
      current = catalog
      contractEvents.notify()
      app = createRoutes()
      requestLog.replaceApis(catalog)
    },
    /** Stops contract tests, and closes the sandboxes, their databases, and all open streams. */
    close: async () => {
      closing.abort()
      requestLog.wake()
      contractEvents.close()
      runs.close()
      await mcp.close()
      for (const sandbox of sandboxOf.created()) await (await sandbox).close()
    },
    /**
     * Names the backend of an API, to which its calls are passed on.
     * @param ownUrls the URLs of the hub
     * @throws {UserError} if there is no such API, or the URL is not usable, or is that of the hub
     */
    setUpstream(name: string, url: string, ownUrls: readonly string[] = [sandboxes.origin()]) {
      assertUpstreamUrl(url, `--upstream ${name}=${hideCredentials(url)}`, ownUrls)
      const api = current.find(name) ?? throwUnknown('API', name, current.names)
      router.upstreams.setUrl(api, url)
    },
    /** Loads all mocks and sandboxes ahead of their first request. */
    warmUp: () => Promise.all([...current.apis.map(mockOf), ...current.apis.filter(isServed).map(sandboxOf)]),
  }
}
