import { extname } from 'node:path'
import { Hono } from 'hono'
import type { Api } from '../../catalog/api.ts'
import { apiIn, type HubContext } from '../context.ts'
import { memoize } from '../memoize.ts'
import { sendModule } from '../modules.ts'
import { sendPage } from '../send-page.ts'

const modules = new URL('./client/', import.meta.url)

/** The modules are TypeScript in the repository, as this one is, and JavaScript in the package. */
const extension = extname(import.meta.url)

/** Creates the routes of the console: a page for each API, and the modules of its script. */
export function createConsoleRoutes({ catalog, navigationFor, contractVersion }: HubContext) {
  const pageOf = memoize(async (api: Api) => {
    const { renderConsole } = await import('./page.ts')
    return renderConsole(
      api,
      `/console/modules/main${extension}`,
      navigationFor(`/console/${api.name}`),
      contractVersion,
    )
  })
  return new Hono()
    .get('/console/modules/:file', (c) => sendModule(c, modules, c.req.param('file')))
    .get('/console/:api', async (c, next) => {
      const api = apiIn(catalog, c.req.path)
      return api ? sendPage(c, await pageOf(api)) : next()
    })
}
