import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Api } from '../catalog/api.ts'
import { controls } from '../common/controls.ts'
import { readOnce } from '../common/read-once.ts'
import { renderIndex } from '../docs/index-page.ts'
import type { DocsPage } from '../docs/pages.ts'
import { llmsFullPath, llmsPath } from '../docs/paths.ts'
import { loadReference } from '../docs/reference.ts'
import { readControls, readSummaries } from '../docs/summary.ts'
import { rawPath } from '../http/paths.ts'
import type { Page } from '../ui/page.ts'
import { apiIn, type HubContext, isOwn } from './context.ts'
import { contractScript } from './contract-events.ts'
import { contractFile, contractFilesOf, controlsFile, controlsFiles } from './contract-files.ts'
import { findDocsPage, findLlmsPage } from './docs-pages.ts'
import { controlsPath, referencePath } from './docs-urls.ts'
import { memoize } from './memoize.ts'
import { notFound as respondNotFound } from './not-found.ts'
import { anyOrigin, hubControls, hubReference } from './reference.ts'
import { sendPage } from './send-page.ts'

/** Creates the routes of the docs: references, guides, journeys, texts for AI tools, and contracts. */
export function createDocsRoutes(
  hub: Pick<HubContext, 'catalog' | 'navigationFor' | 'contractVersion' | 'originOf'>,
) {
  const { catalog, navigationFor, contractVersion, originOf } = hub
  const notFound = (c: Context) => respondNotFound(c, hub)
  const apiOf = ({ req }: Context) => apiIn(catalog, req.path)
  // Percent-encoded letters stay encoded, as in the hub.
  const app = new Hono({ getPath: rawPath }).notFound(notFound).onError((error) => {
    throw error
  })
  const send = (c: Context, page: DocsPage | undefined) => (page ? sendDocument(c, page) : notFound(c))
  app.get('/docs', (c) => c.redirect('/docs/'))
  app.on('GET', ['/docs/', '/docs/index.html'], async (c) =>
    sendPage(c, await renderIndex(await readSummaries(catalog), navigationFor('/docs/'))),
  )
  const controlsReference = readOnce<void, Page>(async () =>
    loadReference(hubControls(await readControls(), hub)),
  )
  app.get(controlsPath.slice(0, -1), (c) => c.redirect(controlsPath))
  app.on('GET', [controlsPath, `${controlsPath}index.html`], async (c) => {
    const { html, policy } = await controlsReference()
    return sendPage(c, { html: html.replaceAll(anyOrigin, originOf(c)), policy })
  })

  for (const language of new Set(catalog.apis.flatMap(({ languages }) => languages))) {
    const referenceOf = memoize((api: Api) => {
      const script = isOwn(api) ? contractScript(contractVersion) : undefined
      return loadReference(hubReference(api, language, navigationFor, script))
    })
    const path = language === 'en' ? '/docs/:variant' : `/docs/:variant/${language}`
    const translatedApi = (c: Context) => {
      const api = apiOf(c)
      return api?.languages.includes(language) ? api : undefined
    }
    app.get(path, async (c) => {
      const api = translatedApi(c)
      return api ? c.redirect(referencePath(api.name, language)) : notFound(c)
    })
    app.on('GET', [`${path}/`, `${path}/index.html`], async (c) => {
      const api = translatedApi(c)
      if (!api) return notFound(c)
      const { html, policy } = await referenceOf(api)
      return sendPage(c, { html: html.replaceAll(anyOrigin, originOf(c)), policy })
    })
  }

  app.get('/docs/:variant/*', async (c) => {
    const api = apiOf(c)
    const page = api && (await findDocsPage(api, c.req.path, originOf(c), navigationFor))
    return page === 'folder' ? c.redirect(`${c.req.path}/`) : send(c, page)
  })
  for (const path of [llmsPath, llmsFullPath])
    app.get(`/${path}`, async (c) => send(c, findLlmsPage(catalog, path, originOf(c))))

  // Viewers such as Swagger UI load contracts from pages of other origins.
  app.use('/contracts/*', cors())
  app.get(`/contracts/${controls}/:file`, (c) => {
    const file = controlsFiles.find((name) => name === c.req.param('file'))
    return file ? controlsFile(file, catalog, originOf(c)) : notFound(c)
  })
  app.get('/contracts/:variant/:file', (c) => {
    const api = apiOf(c)
    const file = api && contractFilesOf(api).find((name) => name === c.req.param('file'))
    return api && file ? contractFile(api, file, originOf(c)) : notFound(c)
  })
  return app
}

/** Sends a page or a text. */
async function sendDocument(c: Context, page: DocsPage) {
  const content = await page.render()
  if (typeof content !== 'string') return sendPage(c, content)
  return c.body(content, 200, {
    'cache-control': 'no-cache',
    // llms.txt is Markdown, too, but its name says that it is plain text.
    'content-type': `text/${c.req.path.endsWith('.md') ? 'markdown' : 'plain'}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
  })
}
