import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { variantNames } from '../../generated/index.ts'
import { problem, sortBySimilarity } from '../mock/problem.ts'
import { contractFiles } from './contract-files.ts'

/** The 404 of the hub, which lists what there is. */
export function notFound({ req: { method, path } }: Context): Response {
  const available = [
    '/',
    '/healthz',
    '/docs/',
    ...variantNames.flatMap((variant) => [
      `/mock/${variant}/*`,
      `/sandbox/${variant}/*`,
      `/docs/${variant}/`,
      ...contractFiles.map((file) => `/contracts/${variant}/${file}`),
    ]),
  ]
  const detail = `There is no ${method} ${path} here. The APIs are ${variantNames.join(', ')}; what is here, the nearest first:`
  return problem(404, detail, { available: sortBySimilarity(available, path) })
}

/** The same 404 with CORS headers, for a frontend whose base URL contains a wrong name. */
export const unknownVariant = new Hono()
  .use(cors({ origin: (origin) => origin, credentials: true }))
  .all('*', notFound)
