import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { html } from 'hono/html'
import { variantNames } from '../../generated/index.ts'
import { controls } from '../common/controls.ts'
import { sortBySimilarity } from '../common/similarity.ts'
import { languagesOf } from '../docs/languages.ts'
import { problem } from '../mock/problem.ts'
import { type Page, renderPage } from '../ui/page.ts'
import { wantsHtml } from '../ui/wants-html.ts'
import { contractFiles, controlsFiles } from './contract-files.ts'
import { controlsPath, referencePath } from './docs-urls.ts'
import { navigationFor } from './navigation.ts'
import { sendPage } from './send-page.ts'

/** Creates the 404 response of the hub, which lists the available paths: a page for browsers, else JSON. */
export async function notFound(c: Context): Promise<Response> {
  return wantsHtml(c.req.raw) ? sendPage(c, await renderNotFound(c.req.path), 404) : unknownPath(c)
}

function unknownPath({ req: { method, path } }: Context): Response {
  const detail = `Nothing matches ${method} ${path}. The APIs are ${variantNames.join(', ')}. Available paths, closest matches first:`
  return problem(404, detail, { available: sortBySimilarity(availablePaths(), path) })
}

function renderNotFound(path: string): Promise<Page> {
  const pages = availablePaths().filter((available) => /^\/docs\/.*\/$/.test(available))
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

function availablePaths(): string[] {
  return [
    '/',
    '/healthz',
    '/status.json',
    '/docs/',
    '/llms.txt',
    '/llms-full.txt',
    '/search',
    '/inbox',
    '/requests',
    '/mcp',
    controlsPath,
    ...controlsFiles.map((file) => `/contracts/${controls}/${file}`),
    ...variantNames.flatMap((variant) => [
      `/mock/${variant}/*`,
      `/sandbox/${variant}/*`,
      `/demo/${variant}`,
      ...languagesOf(variant).map((language) => referencePath(variant, language)),
      `/upstream/${variant}`,
      `/docs/${variant}/guides/`,
      `/docs/${variant}/ko/guides/`,
      `/docs/${variant}/journeys/`,
      `/control/${variant}`,
      `/data/${variant}`,
      `/tests/${variant}`,
      `/console/${variant}`,
      ...contractFiles.map((file) => `/contracts/${variant}/${file}`),
    ]),
  ]
}

/** Responds with the same 404 and CORS headers, so that a frontend with a wrong base URL can read it. */
export const unknownVariant = new Hono()
  .use(cors({ origin: (origin) => origin, credentials: true }))
  .all('*', unknownPath)
