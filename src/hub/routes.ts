import { type Context, Hono } from 'hono'
import type { Api } from '../catalog/api.ts'
import { readOnce } from '../common/read-once.ts'
import { llmsFullPath, llmsPath } from '../docs/paths.ts'
import { rawPath } from '../http/paths.ts'
import { problem } from '../mock/problem.ts'
import { isRejection } from '../sandbox/isolation/rejections.ts'
import type { Connection } from '../server/server.ts'
import { withoutPrefix } from '../server/without-prefix.ts'
import { wantsHtml } from '../ui/wants-html.ts'
import { createConsoleRoutes } from './console/routes.ts'
import { apiIn, type HubContext, isServed } from './context.ts'
import { contractEventsPath } from './contract-events.ts'
import { hasDemo } from './demo/modules.ts'
import { createDemoRoutes } from './demo/routes.ts'
import type { ApiStatus } from './home/status.ts'
import { guardHost } from './host-guard.ts'
import { createInboxRoutes } from './inbox.ts'
import type { createMcpRoute } from './mcp.ts'
import { guardOrigin } from './origin-guard.ts'
import type { RequestLog } from './requests/log.ts'
import { type Answer, type Observed, observe, watchBreaks } from './requests/observe.ts'
import { createRequestRoutes } from './requests/routes.ts'
import { readSearch, renderSearch, search } from './search.ts'
import { sendPage } from './send-page.ts'
import { createTestRoutes, isContractTest } from './tests/routes.ts'
import type { createRuns } from './tests/runs.ts'
import type { createRouter } from './upstream/index.ts'
import { createUpstreamRoutes } from './upstream/routes.ts'

/** The pages about one API, and the APIs that have them. */
const apiPages: [page: string, isFor: (api: Api) => boolean][] = [
  ['console', () => true],
  ['control', isServed],
  ['data', isServed],
  ['demo', hasDemo],
  ['tests', () => true],
  ['upstream', () => true],
]

/** The state of the hub, which stays when the contracts change. */
export interface HubState {
  host: string
  allowedHosts: readonly string[]
  /** Receives reports of internal errors. */
  log: (text: string) => void
  router: ReturnType<typeof createRouter>
  runs: ReturnType<typeof createRuns>
  mcp: ReturnType<typeof createMcpRoute>
  /** Undefined if it is off. */
  requestLog: RequestLog | undefined
  /** Returns the origin of the hub. */
  ownOrigin: () => string
  /** Ends all open streams. */
  closing: AbortSignal
}

/** Creates the routes of the hub for the APIs of a catalog. Each part is loaded at its first use. */
export function createHubRoutes(
  hub: HubContext,
  { host, allowedHosts, log, router, runs, mcp, requestLog, ownOrigin, closing }: HubState,
) {
  const { catalog, sandboxOf, mockOf, originOf } = hub
  const apiOf = ({ req }: Context) => apiIn(catalog, req.path)
  const testRoutes = createTestRoutes(hub, runs)
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
    if (!requestLog) return (await answer(withoutPrefix(req.raw, prefix))).response
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

  app.get(contractEventsPath, guardOrigin('page'), hub.contractEvents.stream)
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
  if (requestLog) app.route('/', createRequestRoutes(requestLog, hub, closing))
  app.route('/', testRoutes.app)
  app.route(
    '/',
    createUpstreamRoutes(hub, router.upstreams, (c) => [ownOrigin(), originOf(c)]),
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
  return app
}
