import { type Context, Hono } from 'hono'
import { type VariantName, variantNames } from '../../../generated/index.ts'
import { UserError } from '../../common/user-error.ts'
import { problem } from '../../mock/problem.ts'
import { guardOrigin } from '../origin-guard.ts'
import { sendPage } from '../send-page.ts'
import { toVariantName } from '../variant-name.ts'
import type { Upstreams } from './upstreams.ts'

/**
 * Creates the routes of the page that sets upstreams, and of its JSON. Modules that read contracts are loaded
 * at the first request, so that the hub listens at once.
 * @param ownUrls returns the URLs of the hub
 */
export function createUpstreamRoutes(upstreams: Upstreams, ownUrls: (c: Context) => string[]) {
  return new Hono()
    .use('/upstream/*', guardOrigin('page about upstreams'))
    .get('/upstream/:file{[^/]+\\.json}', async (c, next) => {
      const variant = variantOfFile(c)
      if (!variant) return next()
      const { describeUpstream } = await import('./state.ts')
      c.header('cache-control', 'no-store')
      return c.json(await describeUpstream(upstreams, variant))
    })
    .patch('/upstream/:file{[^/]+\\.json}', async (c, next) => {
      const variant = variantOfFile(c)
      if (!variant) return next()
      const { changeUpstream, describeUpstream } = await import('./state.ts')
      try {
        await changeUpstream(upstreams, variant, await c.req.json().catch(() => undefined), ownUrls(c))
      } catch (error) {
        if (error instanceof UserError) return problem(400, error.message)
        throw error
      }
      c.header('cache-control', 'no-store')
      return c.json(await describeUpstream(upstreams, variant))
    })
    .get('/upstream/:variant', async (c, next) => {
      const variant = toVariantName(c)
      if (!variant) return next()
      const [{ describeUpstream }, { renderUpstream }] = await Promise.all([
        import('./state.ts'),
        import('./page.ts'),
      ])
      return sendPage(c, await renderUpstream(await describeUpstream(upstreams, variant)))
    })
}

/** Returns the API of `/upstream/<variant>.json`. */
const variantOfFile = ({ req }: Context): VariantName | undefined =>
  variantNames.find((name) => req.path === `/upstream/${name}.json`)
