import { type Context, Hono } from 'hono'
import type { Api } from '../../catalog/api.ts'
import { UserError } from '../../common/user-error.ts'
import { problem } from '../../mock/problem.ts'
import { apiIn, type HubContext, isServed } from '../context.ts'
import { guardOrigin } from '../origin-guard.ts'
import { sendPage } from '../send-page.ts'
import type { Upstreams } from './upstreams.ts'

/**
 * Creates the routes of the page that sets upstreams, and of its JSON. Modules that read contracts are loaded
 * at the first request, so that the hub listens at once.
 * @param ownUrls returns the URLs of the hub
 */
export function createUpstreamRoutes(
  { catalog, navigationFor }: HubContext,
  upstreams: Upstreams,
  ownUrls: (c: Context) => string[],
) {
  /** Returns the API of `/upstream/<api>.json`. */
  const apiOfFile = ({ req }: Context): Api | undefined =>
    catalog.apis.find(({ name }) => req.path === `/upstream/${name}.json`)
  return new Hono()
    .use('/upstream/*', guardOrigin('page about upstreams'))
    .get('/upstream/:file{[^/]+\\.json}', async (c, next) => {
      const api = apiOfFile(c)
      if (!api) return next()
      const { describeUpstream } = await import('./state.ts')
      c.header('cache-control', 'no-store')
      return c.json(await describeUpstream(upstreams, api))
    })
    .patch('/upstream/:file{[^/]+\\.json}', async (c, next) => {
      const api = apiOfFile(c)
      if (!api) return next()
      const { changeUpstream, describeUpstream } = await import('./state.ts')
      try {
        await changeUpstream(upstreams, api, await c.req.json().catch(() => undefined), ownUrls(c))
      } catch (error) {
        if (error instanceof UserError) return problem(400, error.message)
        throw error
      }
      c.header('cache-control', 'no-store')
      return c.json(await describeUpstream(upstreams, api))
    })
    .get('/upstream/:api', async (c, next) => {
      const api = apiIn(catalog, c.req.path)
      if (!api) return next()
      const [{ describeUpstream }, { renderUpstream }] = await Promise.all([
        import('./state.ts'),
        import('./page.ts'),
      ])
      const state = await describeUpstream(upstreams, api)
      return sendPage(c, await renderUpstream(state, isServed(api), navigationFor(c.req.path)))
    })
}
