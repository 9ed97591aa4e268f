import { extname } from 'node:path'
import { Hono } from 'hono'
import { memoize } from '../memoize.ts'
import { sendModule } from '../modules.ts'
import { sendPage } from '../send-page.ts'
import { toVariantName } from '../variant-name.ts'

const modules = new URL('./client/', import.meta.url)

/** The modules are TypeScript in the repository, as this one is, and JavaScript in the package. */
const extension = extname(import.meta.url)

/** Creates the routes of the console: a page for each API, and the modules of its script. */
export function createConsoleRoutes() {
  const pageOf = memoize(async (variant) => {
    const { renderConsole } = await import('./page.ts')
    return renderConsole(variant, `/console/modules/main${extension}`)
  })
  return new Hono()
    .get('/console/modules/:file', (c) => sendModule(c, modules, c.req.param('file')))
    .get('/console/:variant', async (c, next) => {
      const variant = toVariantName(c)
      return variant ? sendPage(c, await pageOf(variant)) : next()
    })
}
