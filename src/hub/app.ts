import { type Context, Hono } from 'hono'
import { type Api, type Catalog, mockPath } from '../catalog/api.ts'
import { builtInCatalog } from '../catalog/built-in.ts'
import { hideCredentials } from '../common/base-url.ts'
import { readOnce } from '../common/read-once.ts'
import { throwUnknown } from '../common/unknown-name.ts'
import { llmsFullPath, llmsPath } from '../docs/paths.ts'
import { badRequestMessages } from '../http/bad-request.ts'
import { rawPath } from '../http/paths.ts'
import type { Delay } from '../mock/delay.ts'
import { problem } from '../mock/problem.ts'
import { isRejection } from '../sandbox/isolation/rejections.ts'
import type { OnBadRequest } from '../server/bad-requests.ts'
import { allowedHostnames } from '../server/hosts.ts'
import type { Connection } from '../server/server.ts'
import { withoutPrefix } from '../server/without-prefix.ts'
import { wantsHtml } from '../ui/wants-html.ts'
import { createConsoleRoutes } from './console/routes.ts'
import { apiIn, type HubContext, isServed } from './context.ts'
import { hasDemo } from './demo/modules.ts'
import { createDemoRoutes } from './demo/routes.ts'
import type { ApiStatus } from './home/status.ts'
import { guardHost } from './host-guard.ts'
import { createInboxRoutes } from './inbox.ts'
import { createMcpRoute } from './mcp.ts'
import { memoize } from './memoize.ts'
import { loadMock } from './mocks.ts'
import { navigationFor } from './navigation.ts'
import { createRequestLog, type RequestLogLimits } from './requests/log.ts'
import { type Answer, type Observed, observe, watchBreaks } from './requests/observe.ts'
import { createRequestRoutes } from './requests/routes.ts'
import { openSandbox, type SandboxOptions } from './sandboxes.ts'
import { readSearch, renderSearch, search } from './search.ts'
import { sendPage } from './send-page.ts'
import { createTestRoutes, isContractTest } from './tests/routes.ts'
import { createRouter } from './upstream/index.ts'
import { createUpstreamRoutes } from './upstream/routes.ts'
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

/** The pages about one API, and the APIs that have them. */
const apiPages: [page: string, isFor: (api: Api) => boolean][] = [
  ['console', () => true],
  ['control', isServed],
  ['data', isServed],
  ['demo', hasDemo],
  ['tests', () => true],
  ['upstream', () => true],
]

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
  const hub: HubContext = {
    catalog,
    sandboxOf: memoize((api) =>
      openSandbox(api, { host, allowedHosts, ...sandboxes, navigationFor: hub.navigationFor }),
    ),
    mockOf: memoize((api) => loadMock(api, { basePath: mockPath(api), log, ...(delay && { delay }) })),
    navigationFor: (path) => navigationFor(catalog, path),
    originOf({ req }) {
      const { host, origin } = new URL(req.url)
      const own = URL.parse(sandboxes.origin())
      // A proxy that terminates TLS passes a request on with another scheme.
      return own?.host === host ? own.origin : origin
    },
  }
  const { sandboxOf, mockOf, originOf } = hub
  const apiOf = ({ req }: Context) => apiIn(catalog, req.path)

  const router = createRouter({
    isOwnName: allowedHostnames(host, allowedHosts),
    serverOf: (api) => (isServed(api) ? sandboxOf(api) : mockOf(api)),
    timeoutMs: upstreamTimeoutMs,
  })

  const mcp = createMcpRoute(catalog, async (request) => app.fetch(request, {}))

  const testRoutes = createTestRoutes(hub)
  const requestLog = createRequestLog(requests || {})
  const requestRoutes = createRequestRoutes(requestLog, hub)
  /** Lets the mock, the sandbox or an upstream answer, and logs the request. */
  const respond = async (
    c: Context<{ Bindings: Partial<Connection> }>,
    { api, server, prefix }: Pick<Observed, 'api' | 'server' | 'prefix'>,
    handle: (request: Request, connection: Partial<Connection>) => Promise<Response> | Response,
  ): Promise<Response> => {
    const { req, env: connection = {} } = c
    // The contract tests of the hub test its own sandbox.
    if (isContractTest(req.path)) return handle(withoutPrefix(req.raw, prefix), connection)
    const answerLocally = async (request: Request): Promise<Answer> => {
      const watched = watchBreaks(connection)
      const response = await handle(request, watched.connection)
      if (isRejection(response)) return { response, answeredBy: 'hub', note: 'No sandbox was selected.' }
      return { response, answeredBy: server, ...watched.result() }
    }
    const readUrl = () => originOf(c) + req.url.slice(new URL(req.url).origin.length)
    const answer = (request: Request) => router.answer({ api, readUrl, request, answerLocally })
    if (!requests) return (await answer(withoutPrefix(req.raw, prefix))).response
    const observed = { api, server, prefix, request: req.raw, path: req.path }
    return observe(requestLog, observed, answer)
  }

  async function readStatus(): Promise<Record<string, ApiStatus>> {
    const entries = catalog.apis.map(async (api): Promise<[string, ApiStatus]> => {
      const tests = await testRoutes.latest(api)
      const sandbox = isServed(api) && { sandbox: sandboxOf.stateOf(api) }
      return [api.name, { mock: mockOf.stateOf(api), ...sandbox, tests }]
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  /** Lazy like the docs, because it suggests their paths. */
  const loadNotFound = () => import('./not-found.ts')

  // Percent-encoded letters stay encoded, as in the servers. A decoded path would have another length.
  const app = new Hono<{ Bindings: Partial<Connection> }>({ getPath: rawPath })

  // Before the host guard: a sandbox has its own guard, which responds with the error format of its contract.
  app.all('/sandbox/:api/*', async (c) => {
    const api = apiOf(c)
    if (!api) return (await loadNotFound()).unknownApi(catalog).fetch(c.req.raw)
    if (!isServed(api)) return (await loadNotFound()).noSandbox(api).fetch(c.req.raw)
    const prefix = `/sandbox/${api.name}`
    return respond(c, { api, server: 'sandbox', prefix }, async (request, connection) =>
      (await sandboxOf(api)).fetch(request, connection),
    )
  })

  app.use(guardHost(host, allowedHosts))
  app.get('/', async (c) => {
    const { renderHome } = await import('./home/page.ts')
    return sendPage(c, await renderHome(hub, originOf(c), await readStatus()))
  })
  app.get('/status.json', async (c) => {
    c.header('cache-control', 'no-store')
    return c.json({ apis: await readStatus() })
  })
  app.get('/healthz', (c) => c.json({ status: 'ok' }))

  // No API has an operation at its base URL, so browsers are redirected to the home page.
  app.on('GET', ['/mock/:api', '/mock/:api/'], async (c, next) => {
    const api = apiOf(c)
    return api && wantsHtml(c.req.raw) ? c.redirect(`/#${api.name}`) : next()
  })
  app.all('/mock/:api/*', async (c) => {
    const api = apiOf(c)
    if (!api) return (await loadNotFound()).unknownApi(catalog).fetch(c.req.raw)
    return respond(c, { api, server: 'mock', prefix: '' }, async (request) =>
      (await mockOf(api)).fetch(request),
    )
  })

  // The hub listens before the modules of the docs are loaded.
  const docs = readOnce<void, Hono>(async () => (await import('./docs-routes.ts')).createDocsRoutes(hub))
  for (const path of ['/docs', '/docs/*', '/contracts/*', `/${llmsPath}`, `/${llmsFullPath}`])
    app.all(path, async (c) => (await docs()).fetch(c.req.raw))

  // Pages about one API: without its name, those of the first one.
  for (const [page, isFor] of apiPages) {
    const to = (c: Context, { name }: Api) => c.redirect(`/${page}/${name}${new URL(c.req.url).search}`)
    app.on('GET', [`/${page}`, `/${page}/`], (c, next) => {
      const first = catalog.apis.find(isFor)
      return first ? to(c, first) : next()
    })
    app.get(`/${page}/:api/`, (c, next) => {
      const api = apiOf(c)
      return api ? to(c, api) : next()
    })
  }

  // Short paths for the pages of a sandbox.
  for (const [page, path] of [
    ['control', '__dev/'],
    ['data', '__dev/data'],
  ])
    app.get(`/${page}/:api`, (c) => {
      const api = apiOf(c)
      return api && isServed(api) ? c.redirect(`/sandbox/${api.name}/${path}`) : c.notFound()
    })

  app.route('/mcp', mcp.app)
  app.route('/', createInboxRoutes(hub))
  app.route('/', createConsoleRoutes(hub))
  if (requests) app.route('/', requestRoutes.app)
  app.route('/', testRoutes.app)
  app.route(
    '/',
    createUpstreamRoutes(hub, router.upstreams, (c) => [sandboxes.origin(), originOf(c)]),
  )

  app.route(
    '/',
    createDemoRoutes(hub, (api) => router.upstreams.find(api) !== undefined),
  )

  app.on('GET', ['/search', '/search.json'], async (c) => {
    const request = readSearch(new URL(c.req.url).searchParams, catalog)
    if (typeof request === 'string') return problem(400, request)
    const found = await search(request, catalog)
    return c.req.path === '/search' && wantsHtml(c.req.raw)
      ? sendPage(c, await renderSearch(request, found, hub))
      : c.json({ ...request, ...found })
  })

  app.notFound(async (c) => (await loadNotFound()).notFound(c, hub))
  app.onError((error, { req }) => {
    log(`${req.method} ${req.path}: internal error of the hub: ${error.stack}`)
    return problem(500, `Internal error: ${error.message}`)
  })

  return {
    fetch: async (request: Request, connection: Partial<Connection> = {}) => app.fetch(request, connection),
    /** The path of a request that is not valid HTTP, and therefore its API, is unknown. */
    badRequest: (({ status }) => problem(status, `${badRequestMessages[status]}.`)) satisfies OnBadRequest,
    /** Stops contract tests, and closes the sandboxes, their databases, and all open streams. */
    close: async () => {
      requestRoutes.close()
      testRoutes.close()
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
      const api = catalog.find(name) ?? throwUnknown('API', name, catalog.names)
      router.upstreams.setUrl(api, url)
    },
    /** Loads all mocks and sandboxes ahead of their first request. */
    warmUp: () => Promise.all([...catalog.apis.map(mockOf), ...catalog.apis.filter(isServed).map(sandboxOf)]),
  }
}
