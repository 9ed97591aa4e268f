import { Hono } from 'hono'
import type { Api } from '../../catalog/api.ts'
import { readOnce } from '../../common/read-once.ts'
import { apiIn, type HubContext } from '../context.ts'
import { memoize } from '../memoize.ts'
import { extension, readModules, sendCode } from '../modules.ts'
import { sendPage } from '../send-page.ts'

const modulesPath = '/console/modules/'
const entry = `src/hub/console/client/main${extension}`

/** Besides its own modules, the page runs those that read and write the parts of requests. */
const isServed = (path: string) => /^src\/(hub\/console\/client|openapi)\//.test(path)

const loadModules = readOnce((path: string) => readModules([path], isServed))

/** Creates the routes of the console: a page for each API, and the modules of its script. */
export function createConsoleRoutes({ catalog, navigationFor, contractVersion }: HubContext) {
  const pageOf = memoize(async (api: Api) => {
    const { renderConsole } = await import('./page.ts')
    return renderConsole(api, modulesPath + entry, navigationFor(`/console/${api.name}`), contractVersion)
  })
  return new Hono()
    .get(`${modulesPath}*`, async (c) => {
      const code = (await loadModules(entry)).get(c.req.path.slice(modulesPath.length))
      return code === undefined ? c.notFound() : sendCode(c, code)
    })
    .get('/console/:api', async (c, next) => {
      const api = apiIn(catalog, c.req.path)
      return api ? sendPage(c, await pageOf(api)) : next()
    })
}
