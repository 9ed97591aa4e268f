import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { html } from 'hono/html'
import { type Api, type Catalog, mockPath } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import { sortBySimilarity } from '../common/similarity.ts'
import { problem } from '../mock/problem.ts'
import { type Page, renderPage } from '../ui/page.ts'
import { wantsHtml } from '../ui/wants-html.ts'
import { type HubContext, isServed } from './context.ts'
import { contractFilesOf, controlsFiles } from './contract-files.ts'
import { hasDemo } from './demo/modules.ts'
import { guideFolders } from './docs-pages.ts'
import { controlsPath, referencePath } from './docs-urls.ts'
import { sendPage } from './send-page.ts'

/** Creates the 404 response of the hub, which lists the available paths: a page for browsers, else JSON. */
export async function notFound(
  c: Context,
  hub: Pick<HubContext, 'catalog' | 'navigationFor'>,
): Promise<Response> {
  return wantsHtml(c.req.raw)
    ? sendPage(c, await renderNotFound(c.req.path, hub), 404)
    : unknownPath(c, hub.catalog)
}

async function unknownPath({ req: { method, path } }: Context, catalog: Catalog): Promise<Response> {
  const detail = `Nothing matches ${method} ${path}. The APIs are ${catalog.names.join(', ')}. Available paths, closest matches first:`
  return problem(404, detail, {
    available: sortBySimilarity(await availablePaths(catalog), path),
  })
}

async function renderNotFound(
  path: string,
  { catalog, navigationFor }: Pick<HubContext, 'catalog' | 'navigationFor'>,
): Promise<Page> {
  const pages = (await availablePaths(catalog)).filter((available) => /^\/docs\/.*\/$/.test(available))
  return renderPage(
    'Page not found',
    html`<header>
<h1>Page not found</h1>
<p>Nothing is at <code>${path}</code>.</p>
</header>
<main id="content" tabindex="-1">
<h2>Similar pages</h2>
<ul>
${sortBySimilarity(pages, path)
  .slice(0, 5)
  .map((page) => html`<li><a href="${page}">${page}</a></li>`)}
</ul>
</main>`,
    { style: 'header code { overflow-wrap: anywhere }', navigation: navigationFor(path) },
  )
}

/** The pages about all sandboxes. */
const sandboxPaths = [
  '/inbox',
  controlsPath,
  ...controlsFiles.map((file) => `/contracts/${controls}/${file}`),
]

async function availablePaths({ apis }: Catalog): Promise<string[]> {
  return [
    '/',
    '/healthz',
    '/status.json',
    '/docs/',
    '/llms.txt',
    '/llms-full.txt',
    '/search',
    '/requests',
    '/mcp',
    ...(apis.some(isServed) ? sandboxPaths : []),
    ...(await Promise.all(apis.map(pathsOf))).flat(),
  ]
}

async function pathsOf(api: Api): Promise<string[]> {
  const { name } = api
  return [
    `/mock/${name}/*`,
    ...(isServed(api) ? [`/sandbox/${name}/*`, `/control/${name}`, `/data/${name}`] : []),
    ...(hasDemo(api) ? [`/demo/${name}`] : []),
    ...api.languages.map((language) => referencePath(name, language)),
    ...(await guideFolders(api)),
    `/upstream/${name}`,
    `/tests/${name}`,
    `/console/${name}`,
    ...contractFilesOf(api).map((file) => `/contracts/${name}/${file}`),
  ]
}

/** Responds with the same 404 and CORS headers, so that a frontend with a wrong base URL can read it. */
export const unknownApi = (catalog: Catalog) =>
  new Hono()
    .use(cors({ origin: (origin) => origin, credentials: true }))
    .all('*', (c) => unknownPath(c, catalog))

/** Responds that an API has no sandbox, and where its mock is. */
export const noSandbox = (api: Api) =>
  new Hono()
    .use(cors({ origin: (origin) => origin, credentials: true }))
    .all('*', () =>
      problem(
        404,
        `${api.name} has a contract but no server, so it has no sandbox. Its mock is ${mockPath(api)}.`,
      ),
    )
