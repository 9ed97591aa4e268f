import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { variantNames } from '../../generated/index.ts'
import { sortBySimilarity } from '../common/similarity.ts'
import { languagesOf } from '../docs/languages.ts'
import { problem } from '../mock/problem.ts'
import { contractFiles } from './contract-files.ts'
import { referencePath } from './reference.ts'

/** Creates the 404 response of the hub, which lists the available paths. */
export function notFound({ req: { method, path } }: Context): Response {
  const available = [
    '/',
    '/healthz',
    '/docs/',
    '/llms.txt',
    '/llms-full.txt',
    '/search',
    '/mcp',
    ...variantNames.flatMap((variant) => [
      `/mock/${variant}/*`,
      `/sandbox/${variant}/*`,
      ...languagesOf(variant).map((language) => referencePath(variant, language)),
      `/docs/${variant}/guides/`,
      `/docs/${variant}/ko/guides/`,
      `/docs/${variant}/journeys/`,
      ...contractFiles.map((file) => `/contracts/${variant}/${file}`),
    ]),
  ]
  const detail = `Nothing matches ${method} ${path}. The APIs are ${variantNames.join(', ')}. Available paths, closest matches first:`
  return problem(404, detail, { available: sortBySimilarity(available, path) })
}

/** Responds with the same 404 and CORS headers, so that a frontend with a wrong base URL can read it. */
export const unknownVariant = new Hono()
  .use(cors({ origin: (origin) => origin, credentials: true }))
  .all('*', notFound)
