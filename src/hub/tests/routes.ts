import { type Context, Hono } from 'hono'
import { type VariantName, variantNames } from '../../../generated/index.ts'
import { assertBaseUrl, hideCredentials } from '../../common/base-url.ts'
import { problem } from '../../mock/problem.ts'
import type { Sandbox } from '../../sandbox/index.ts'
import { navigationFor } from '../navigation.ts'
import { guardOrigin } from '../origin-guard.ts'
import { sendPage } from '../send-page.ts'
import { toVariantName } from '../variant-name.ts'
import { createRuns } from './runs.ts'
import { summarizeRun } from './summary.ts'

/** The named sandbox in which the tests run by default, so that they do not change the data of others. */
const sandboxName = 'contract-tests'

/** Tells whether a path is in the sandbox of the contract tests. They would fill the log of requests. */
export const isContractTest = (path: string): boolean => path.split('/')[3] === `~${sandboxName}`

/**
 * Creates the routes of the contract tests: page, JSON, report, and the buttons that start and stop a run.
 * @param sandboxOf opens the sandbox of an API, unless it is open
 * @param originOf returns the origin of a request, for the URL that the page suggests
 */
export function createTestRoutes(
  sandboxOf: (variant: VariantName) => Promise<Sandbox>,
  originOf: (c: Context) => string,
) {
  const runs = createRuns()
  const suggestedUrl = (c: Context, variant: VariantName): string =>
    `${originOf(c)}/sandbox/${variant}/~${sandboxName}`
  const app = new Hono()
    .use('/tests/*', guardOrigin('page'))
    .get('/tests/:variant', async (c, next) => {
      const variant = toVariantName(c)
      if (!variant) return next()
      const { renderTests } = await import('./page.ts')
      return sendPage(
        c,
        await renderTests(variant, await summarizeRun(runs.find(variant)), suggestedUrl(c, variant)),
      )
    })
    .get('/tests/:file{.+\\.json}', async (c, next) => {
      const variant = variantNames.find((name) => `${name}.json` === c.req.param('file'))
      c.header('cache-control', 'no-store')
      return variant ? c.json(await summarizeRun(runs.find(variant))) : next()
    })
    .get('/tests/:variant/report', async (c, next) => {
      const variant = toVariantName(c)
      if (!variant) return next()
      const report = runs.find(variant)?.report
      if (!report)
        return problem(
          404,
          `The contract tests of ${variant} have not run yet. Run them on /tests/${variant}.`,
        )
      const { renderReport } = await import('../../conformance/report/html.ts')
      return sendPage(c, await renderReport(report, navigationFor(`/tests/${variant}/report`)))
    })
    .post('/tests/:variant', async (c, next) => {
      const variant = toVariantName(c)
      if (!variant) return next()
      const body = await c.req.json<unknown>().catch(() => undefined)
      const options = readOptions(body, suggestedUrl(c, variant))
      if (typeof options === 'string') return problem(400, options)
      const prepare = async () => {
        if (options.url === suggestedUrl(c, variant)) await removeSandbox(await sandboxOf(variant))
      }
      if (!runs.start(variant, options, prepare))
        return problem(409, `The contract tests of ${variant} are running. Stop them first.`)
      return c.json(await summarizeRun(runs.find(variant)), 202)
    })
    .delete('/tests/:variant', (c, next) => {
      const variant = toVariantName(c)
      if (!variant) return next()
      runs.stop(variant)
      return c.body(null, 204)
    })

  return {
    app,
    /** Describes the latest run of an API. */
    latest: (variant: VariantName) => summarizeRun(runs.find(variant)),
    /** Stops all runs. */
    close: runs.close,
  }
}

/** Makes each run start with the data of the examples. */
const removeSandbox = (sandbox: Sandbox) =>
  sandbox.request(`/__dev/sandboxes/${sandboxName}`, { method: 'DELETE' })

/**
 * Reads `{ url, readOnly }`, both optional.
 * @returns a text that tells what is wrong with the body, if it is invalid
 */
function readOptions(body: unknown, suggested: string): { url: string; readOnly: boolean } | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return 'Send a JSON object: { "url": "http://localhost:3000", "readOnly": false }.'
  const { url = suggested, readOnly = false, ...others } = body as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) return `Unknown field ${unknown}. Send url and readOnly only.`
  if (typeof readOnly !== 'boolean') return 'readOnly must be true or false.'
  if (typeof url !== 'string') return 'url must be a text, such as "http://localhost:3000".'
  try {
    assertBaseUrl(url, hideCredentials(url))
  } catch (error) {
    return (error as Error).message
  }
  return { url: url.replace(/\/$/, ''), readOnly }
}
