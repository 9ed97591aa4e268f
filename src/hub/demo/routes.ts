import { type Context, Hono } from 'hono'
import type { Api } from '../../catalog/api.ts'
import { apiIn, type HubContext } from '../context.ts'
import { sendCode } from '../modules.ts'
import { sendPage } from '../send-page.ts'
import { modulesPath } from './paths.ts'

/**
 * Creates the routes of the sample apps: their pages, their modules, and the files to copy.
 * @param hasUpstream tells whether calls of an API are passed on to a backend
 */
export function createDemoRoutes(
  { catalog, originOf, navigationFor }: HubContext,
  hasUpstream: (api: Api) => boolean,
) {
  const apiOf = async ({ req }: Context) => {
    const { hasDemo } = await import('./modules.ts')
    const api = apiIn(catalog, req.path)
    return api && hasDemo(api) ? api : undefined
  }
  return new Hono()
    .get(`${modulesPath}*`, async (c) => {
      const [{ loadModules }, { sourceOrigin }] = await Promise.all([
        import('./modules.ts'),
        import('./sources.ts'),
      ])
      const modules = await loadModules(catalog.apis)
      const code = modules.get(c.req.path.slice(modulesPath.length))
      return code === undefined ? c.notFound() : sendCode(c, code.replaceAll(sourceOrigin, originOf(c)))
    })
    .get('/demo/:api', async (c) => {
      const api = await apiOf(c)
      if (!api) return c.notFound()
      const { renderDemo } = await import('./page.ts')
      return sendPage(c, await renderDemo(api, originOf(c), hasUpstream(api), navigationFor(c.req.path)))
    })
    .get('/demo/:api/:file', async (c) => {
      const { readSource, sourceFiles } = await import('./sources.ts')
      const api = await apiOf(c)
      const file = sourceFiles.find((name) => name === c.req.param('file'))
      return api && file ? sendText(c, await readSource(api.name, file, originOf(c))) : c.notFound()
    })
}

const sendText = (c: Context, text: string) =>
  c.body(text, 200, {
    'cache-control': 'no-cache',
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
