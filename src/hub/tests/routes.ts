import { type Context, Hono } from 'hono'
import { type Api, defaultServerPath } from '../../catalog/api.ts'
import { assertBaseUrl, hideCredentials } from '../../common/base-url.ts'
import { problem } from '../../mock/problem.ts'
import type { Sandbox } from '../../sandbox/index.ts'
import { apiIn, type HubContext, isServed } from '../context.ts'
import { guardOrigin } from '../origin-guard.ts'
import { sendPage } from '../send-page.ts'
import type { createRuns, TestOptions } from './runs.ts'
import { summarizeRun } from './summary.ts'

/** The named sandbox in which the tests run by default, so that they do not change the data of others. */
const sandboxName = 'contract-tests'

/** Tells whether a path is in the sandbox of the contract tests. They would fill the log of requests. */
export const isContractTest = (path: string): boolean => path.split('/')[3] === `~${sandboxName}`

/**
 * Creates the routes of the contract tests: page, JSON, report, and the buttons that start and stop a run.
 */
export function createTestRoutes(
  { catalog, sandboxOf, originOf, navigationFor }: HubContext,
  runs: ReturnType<typeof createRuns>,
) {
  const apiOf = ({ req }: Context) => apiIn(catalog, req.path)
  /** Returns the URL of a sandbox that nothing else uses, or else of the mock. */
  const suggestedUrl = (c: Context, api: Api): string =>
    isServed(api)
      ? `${originOf(c)}/sandbox/${api.name}/~${sandboxName}${api.basePath}`
      : originOf(c) + defaultServerPath(api)
  const app = new Hono()
    .use('/tests/*', guardOrigin('page'))
    .get('/tests/:api', async (c, next) => {
      const api = apiOf(c)
      if (!api) return next()
      const { renderTests } = await import('./page.ts')
      const run = await summarizeRun(runs.find(api))
      const document = await api.readDocument()
      return sendPage(
        c,
        await renderTests(api, document, run, suggestedUrl(c, api), navigationFor(c.req.path)),
      )
    })
    .get('/tests/:file{.+\\.json}', async (c, next) => {
      const api = catalog.apis.find(({ name }) => `${name}.json` === c.req.param('file'))
      c.header('cache-control', 'no-store')
      return api ? c.json(await summarizeRun(runs.find(api))) : next()
    })
    .get('/tests/:api/report', async (c, next) => {
      const api = apiOf(c)
      if (!api) return next()
      const report = runs.find(api)?.report
      if (!report)
        return problem(
          404,
          `The contract tests of ${api.name} have not run yet. Run them on /tests/${api.name}.`,
        )
      const { renderReport } = await import('../../conformance/report/html.ts')
      return sendPage(c, await renderReport(report, navigationFor(c.req.path)))
    })
    .post('/tests/:api', async (c, next) => {
      const api = apiOf(c)
      if (!api) return next()
      const body = await c.req.json<unknown>().catch(() => undefined)
      const options = readOptions(body, suggestedUrl(c, api))
      if (typeof options === 'string') return problem(400, options)
      const prepare = async () => {
        if (isServed(api) && options.url === suggestedUrl(c, api)) await removeSandbox(await sandboxOf(api))
      }
      if (!runs.start(api, catalog, options, prepare))
        return problem(409, `The contract tests of ${api.name} are running. Stop them first.`)
      return c.json(await summarizeRun(runs.find(api)), 202)
    })
    .delete('/tests/:api', (c, next) => {
      const api = apiOf(c)
      if (!api) return next()
      runs.stop(api)
      return c.body(null, 204)
    })

  return {
    app,
    /** Describes the latest run of an API. */
    latest: (api: Api) => summarizeRun(runs.find(api)),
  }
}

/** Makes each run start with the data of the examples. */
const removeSandbox = (sandbox: Sandbox) =>
  sandbox.request(`/__dev/sandboxes/${sandboxName}`, { method: 'DELETE' })

/**
 * Reads `{ url, readOnly, credentials }`, all optional.
 * @returns a text that tells what is wrong with the body, if it is invalid
 */
function readOptions(body: unknown, suggested: string): TestOptions | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return 'Send a JSON object: { "url": "http://localhost:3000", "readOnly": false }.'
  const { url = suggested, readOnly = false, credentials = {}, ...others } = body as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) return `Unknown field ${unknown}. Send url, readOnly and credentials only.`
  if (typeof readOnly !== 'boolean') return 'readOnly must be true or false.'
  if (!isTexts(credentials)) return 'credentials must be an object of texts, by security scheme.'
  if (typeof url !== 'string') return 'url must be a text, such as "http://localhost:3000".'
  try {
    assertBaseUrl(url, hideCredentials(url))
  } catch (error) {
    return (error as Error).message
  }
  const hooks = Object.keys(credentials).length > 0 && { hooks: { credentials } }
  return { url: url.replace(/\/$/, ''), readOnly, ...hooks }
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === 'string')
