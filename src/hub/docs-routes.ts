import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { variantNames } from '../../generated/index.ts'
import { controls } from '../common/controls.ts'
import { readOnce } from '../common/read-once.ts'
import { renderIndex } from '../docs/index-page.ts'
import { languagesOf } from '../docs/languages.ts'
import type { DocsPage } from '../docs/pages.ts'
import { llmsFullPath, llmsPath } from '../docs/paths.ts'
import { loadReference } from '../docs/reference.ts'
import { readControls, readSummaries } from '../docs/summary.ts'
import { rawPath } from '../http/paths.ts'
import type { Page } from '../ui/page.ts'
import { contractFile, contractFiles, controlsFile, controlsFiles } from './contract-files.ts'
import { findDocsPage, findLlmsPage } from './docs-pages.ts'
import { controlsPath, referencePath } from './docs-urls.ts'
import { memoize } from './memoize.ts'
import { navigationFor } from './navigation.ts'
import { notFound } from './not-found.ts'
import { anyOrigin, hubControls, hubReference } from './reference.ts'
import { sendPage } from './send-page.ts'
import { toVariantName } from './variant-name.ts'

/**
 * Creates the routes of the docs: references, guides, journeys, texts for AI tools, and contracts.
 * @param originOf returns the origin of the hub for the client of a request
 */
export function createDocsRoutes(originOf: (c: Context) => string) {
  // Percent-encoded letters stay encoded, as in the hub.
  const app = new Hono({ getPath: rawPath }).notFound(notFound).onError((error) => {
    throw error
  })
  app.get('/docs', (c) => c.redirect('/docs/'))
  app.on('GET', ['/docs/', '/docs/index.html'], async (c) =>
    sendPage(c, await renderIndex(await readSummaries(), navigationFor('/docs/'))),
  )
  const controlsReference = readOnce<void, Page>(async () => loadReference(hubControls(await readControls())))
  app.get(controlsPath.slice(0, -1), (c) => c.redirect(controlsPath))
  app.on('GET', [controlsPath, `${controlsPath}index.html`], async (c) => {
    const { html, policy } = await controlsReference()
    return sendPage(c, { html: html.replaceAll(anyOrigin, originOf(c)), policy })
  })

  for (const language of languages) {
    const referenceOf = memoize((variant) => loadReference(hubReference(variant, language)))
    const path = language === 'en' ? '/docs/:variant' : `/docs/:variant/${language}`
    const toVariant = (c: Context) => {
      const variant = toVariantName(c)
      return variant && languagesOf(variant).includes(language) ? variant : undefined
    }
    app.get(path, async (c) => {
      const variant = toVariant(c)
      return variant ? c.redirect(referencePath(variant, language)) : notFound(c)
    })
    app.on('GET', [`${path}/`, `${path}/index.html`], async (c) => {
      const variant = toVariant(c)
      if (!variant) return notFound(c)
      const { html, policy } = await referenceOf(variant)
      return sendPage(c, { html: html.replaceAll(anyOrigin, originOf(c)), policy })
    })
  }

  app.get('/docs/:variant/*', async (c) => {
    const variant = toVariantName(c)
    const page = variant && (await findDocsPage(variant, c.req.path, originOf(c)))
    return page === 'folder' ? c.redirect(`${c.req.path}/`) : sendDocument(c, page)
  })
  for (const path of [llmsPath, llmsFullPath])
    app.get(`/${path}`, async (c) => sendDocument(c, findLlmsPage(path, originOf(c))))

  // Viewers such as Swagger UI load contracts from pages of other origins.
  app.use('/contracts/*', cors())
  app.get(`/contracts/${controls}/:file`, (c) => {
    const file = controlsFiles.find((name) => name === c.req.param('file'))
    return file ? controlsFile(file, originOf(c)) : notFound(c)
  })
  app.get('/contracts/:variant/:file', (c) => {
    const variant = toVariantName(c)
    const file = contractFiles.find((name) => name === c.req.param('file'))
    return variant && file ? contractFile(variant, file, originOf(c)) : notFound(c)
  })
  return app
}

/** The languages of all references. */
const languages = [...new Set(variantNames.flatMap(languagesOf))]

/** Sends a page or a text. */
async function sendDocument(c: Context, page: DocsPage | undefined) {
  const content = await page?.render()
  if (content === undefined) return notFound(c)
  if (typeof content !== 'string') return sendPage(c, content)
  return c.body(content, 200, {
    'cache-control': 'no-cache',
    // llms.txt is Markdown, too, but its name says that it is plain text.
    'content-type': `text/${c.req.path.endsWith('.md') ? 'markdown' : 'plain'}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
  })
}
