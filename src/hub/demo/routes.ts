import { type Context, Hono } from 'hono'
import type { VariantName } from '../../../generated/index.ts'
import { sendCode } from '../modules.ts'
import { sendPage } from '../send-page.ts'
import { toVariantName } from '../variant-name.ts'
import { modulesPath } from './paths.ts'

/**
 * Creates the routes of the sample apps: their pages, their modules, and the files to copy.
 * @param originOf returns the origin of a request, for the URLs in the code
 * @param hasUpstream tells whether calls of an API are passed on to a backend
 */
export function createDemoRoutes(
  originOf: (c: Context) => string,
  hasUpstream: (variant: VariantName) => boolean,
) {
  return new Hono()
    .get(`${modulesPath}*`, async (c) => {
      const [{ loadModules }, { sourceOrigin }] = await Promise.all([
        import('./modules.ts'),
        import('./sources.ts'),
      ])
      const code = (await loadModules()).get(c.req.path.slice(modulesPath.length))
      return code === undefined ? c.notFound() : sendCode(c, code.replaceAll(sourceOrigin, originOf(c)))
    })
    .get('/demo/:variant', async (c) => {
      const variant = toVariantName(c)
      if (!variant) return c.notFound()
      const { renderDemo } = await import('./page.ts')
      return sendPage(c, await renderDemo(variant, originOf(c), hasUpstream(variant)))
    })
    .get('/demo/:variant/:file', async (c) => {
      const { readSource, sourceFiles } = await import('./sources.ts')
      const variant = toVariantName(c)
      const file = sourceFiles.find((name) => name === c.req.param('file'))
      return variant && file ? sendText(c, await readSource(variant, file, originOf(c))) : c.notFound()
    })
}

const sendText = (c: Context, text: string) =>
  c.body(text, 200, {
    'cache-control': 'no-cache',
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
