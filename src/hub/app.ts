import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { type VariantName, variantNames } from '../../generated/index.ts'
import { renderIndex } from '../docs/index-page.ts'
import { renderReference } from '../docs/reference.ts'
import { readContract, readSummaries } from '../docs/summary.ts'
import { problem, sortBySimilarity } from '../mock/problem.ts'
import type { Connection } from '../server/app.ts'
import type { Page } from '../ui/page.ts'
import { wantsHtml } from '../ui/wants-html.ts'
import { contractFile, contractFiles } from './contract-files.ts'
import { renderHome } from './home.ts'
import { guardHost } from './host-guard.ts'
import { loadMock } from './mocks.ts'
import { openSandbox, type SandboxPlace, withoutPrefix } from './sandboxes.ts'
import { serversOf } from './servers.ts'

export type HubOptions = {
  /** What the server listens on; requests to another name are refused. */
  host: string
  /** Takes what the mocks have to say about refused requests. Standard error by default. */
  log?: (text: string) => void
  /** Where sandboxes keep their data, and how others reach them; in memory, on port 4000 by default. */
  sandboxes?: SandboxPlace
}

/** Home page, mocks, sandboxes, docs and contracts in one app. Each is made when it is first asked for. */
export function createHub({
  host,
  log,
  sandboxes = { data: null, origin: () => 'http://localhost:4000' },
}: HubOptions) {
  const mockOf = remember((variant) =>
    loadMock(variant, { basePath: `/mock/${variant}`, ...(log && { log }) }),
  )
  const referenceOf = remember(async (variant) =>
    renderReference(
      { ...(await readContract(variant)), servers: serversOf(variant, ANYWHERE) },
      `/#${variant}`,
    ),
  )

  const sandboxOf = remember((variant) => openSandbox(variant, host, sandboxes))

  const app = new Hono<{ Bindings: Partial<Connection> }>()
  // Before the guard: a sandbox has one of its own, which refuses in the words of its contract.
  app.all('/sandbox/:variant/*', async (c) => {
    const variant = known(c.req.param('variant'))
    if (!variant) return strangers.fetch(c.req.raw)
    const sandbox = await sandboxOf(variant)
    return sandbox.fetch(withoutPrefix(c.req.raw, `/sandbox/${variant}`), { address: c.env?.address ?? null })
  })
  app.use(guardHost(host))
  app.get('/', async (c) => send(c, await renderHome(originOf(c))))
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  // No API has an operation at its base, so whoever looks there with a browser is looking for the API.
  app.on('GET', ['/mock/:variant', '/mock/:variant/'], async (c, next) => {
    const variant = known(c.req.param('variant'))
    return variant && wantsHtml(c.req.raw) ? c.redirect(`/#${variant}`) : next()
  })
  app.all('/mock/:variant/*', async (c) => {
    const variant = known(c.req.param('variant'))
    return variant ? (await mockOf(variant)).fetch(c.req.raw) : strangers.fetch(c.req.raw)
  })
  app.get('/docs', (c) => c.redirect('/docs/'))
  app.on('GET', ['/docs/', '/docs/index.html'], async (c) =>
    send(c, await renderIndex(await readSummaries(), '/')),
  )
  app.get('/docs/:variant', (c) => c.redirect(`${c.req.path}/`))
  app.on('GET', ['/docs/:variant/', '/docs/:variant/index.html'], async (c) => {
    const variant = known(c.req.param('variant'))
    if (!variant) return notHere(c)
    const { html, policy } = await referenceOf(variant)
    return send(c, { html: html.replaceAll(ANYWHERE, originOf(c)), policy })
  })
  app.get('/contracts/:variant/:file', (c) => {
    const variant = known(c.req.param('variant'))
    const file = contractFiles.find((name) => name === c.req.param('file'))
    return variant && file ? contractFile(variant, file, originOf(c)) : notHere(c)
  })
  app.notFound(notHere)
  app.onError((error) => problem(500, `This server failed: ${error.message}`))

  return {
    fetch: async (request: Request, connection: Partial<Connection> = {}) => app.fetch(request, connection),
    /** Ends the sandboxes, whose databases are whole afterwards. */
    close: async () => {
      for (const sandbox of sandboxOf.made()) await (await sandbox).close()
    },
    /** Loads every mock, so that nobody waits for it later. */
    warmUp: () => Promise.all(variantNames.map(mockOf)),
  }
}

/** Stands in a reference page for the address of the hub, which each reader may reach by another one. */
const ANYWHERE = 'http://hub.invalid'
const originOf = (c: Context) => new URL(c.req.url).origin

const known = (name: string) => variantNames.find((variant) => variant === name)

/** Readable for a frontend, too, whose base URL has a wrong name in it. */
const strangers = new Hono().use(cors({ origin: (origin) => origin, credentials: true })).all('*', notHere)

function notHere(c: Context): Response {
  const available = [
    '/',
    '/healthz',
    '/docs/',
    ...variantNames.flatMap((variant) => [
      `/mock/${variant}/*`,
      `/sandbox/${variant}/*`,
      `/docs/${variant}/`,
      ...contractFiles.map((file) => `/contracts/${variant}/${file}`),
    ]),
  ]
  const { method, path } = c.req
  const detail = `There is no ${method} ${path} here. The APIs are ${variantNames.join(', ')}; what is here, the nearest first:`
  return problem(404, detail, { available: sortBySimilarity(available, path) })
}

const send = (c: Context, { html, policy }: Page) =>
  c.html(html, 200, {
    'cache-control': 'no-cache',
    'content-security-policy': `${policy}; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })

/** Makes a variant's thing once; after a failure the next caller tries again. */
function remember<Thing>(make: (variant: VariantName) => Promise<Thing>) {
  const made = new Map<VariantName, Promise<Thing>>()
  const get = (variant: VariantName): Promise<Thing> => {
    const thing = made.get(variant) ?? make(variant)
    made.set(variant, thing)
    thing.catch(() => made.delete(variant))
    return thing
  }
  return Object.assign(get, { made: () => [...made.values()] })
}
