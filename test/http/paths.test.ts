import { createRoute, z } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { defaultErrorResponses } from '../../src/http/default-errors.ts'

/** Creates an app whose operations are named after their paths, and respond with path and parameters. */
function appOf(paths: string[], basePath?: string) {
  const routes = Object.fromEntries(
    paths.map((path) => {
      const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
      const params = z.object(Object.fromEntries(names.map((name) => [name, z.string()])))
      const responses = {
        200: { description: 'OK', content: { 'application/json': { schema: z.unknown() } } },
      }
      return [path, createRoute({ method: 'get', path, operationId: path, request: { params }, responses })]
    }),
  )
  const handlers = Object.fromEntries(
    paths.map((path) => [path, async ({ params = {} }) => ({ status: 200, body: { path, params } })]),
  )
  return createApp({
    routes,
    handlers: handlers as object,
    errorResponses: defaultErrorResponses(routes),
    ...(basePath !== undefined && { basePath }),
  })
}

describe('a path with text next to parameters', () => {
  const paths = [
    '/files/{id}',
    '/files/{id}.xml',
    '/files/{name}.{extension}',
    '/files/list.xml',
    '/files/@{user}',
    '/jobs/{job-id}:cancel',
    '/jobs:search',
    '/ranges/{from}..{to}/{unit}',
    '/odd/{a}@2x$&[1]',
    '/users/{id}/{key}',
    '/users/{id}/me',
  ]

  it.each<[requested: string, path: string, params: object]>([
    ['/files/a', '/files/{id}', { id: 'a' }],
    ['/files/a.xml', '/files/{id}.xml', { id: 'a' }],
    ['/files/a.b.xml', '/files/{id}.xml', { id: 'a.b' }],
    ['/files/a.json', '/files/{name}.{extension}', { name: 'a', extension: 'json' }],
    ['/files/list.xml', '/files/list.xml', {}],
    ['/files/axml', '/files/{id}', { id: 'axml' }],
    ['/files/@mary', '/files/@{user}', { user: 'mary' }],
    ['/files/a%2Eb', '/files/{id}', { id: 'a.b' }],
    ['/files/%C3%A4%2F.xml', '/files/{id}.xml', { id: 'ä/' }],
    ['/jobs/7:cancel', '/jobs/{job-id}:cancel', { 'job-id': '7' }],
    ['/jobs:search', '/jobs:search', {}],
    ['/ranges/1..2/km', '/ranges/{from}..{to}/{unit}', { from: '1', to: '2', unit: 'km' }],
    ['/odd/b@2x$&[1]', '/odd/{a}@2x$&[1]', { a: 'b' }],
    ['/users/1/me', '/users/{id}/me', { id: '1' }],
    ['/users/1/you', '/users/{id}/{key}', { id: '1', key: 'you' }],
  ])('matches %s with the most concrete path', async (requested, path, params) => {
    expect(await (await appOf(paths).request(requested)).json()).toEqual({ path, params })
    expect(await (await appOf(paths.toReversed()).request(requested)).json()).toEqual({ path, params })
  })

  it('matches neither other text nor another depth', async () => {
    const app = appOf(['/files/{id}.xml'])
    const statuses = ['/files/.xml', '/files/a.xmls', '/files/axml', '/files/a/b.xml', '/a.xml'].map(
      async (path) => (await app.request(path)).status,
    )
    expect(await Promise.all(statuses)).toEqual([404, 404, 404, 404, 404])
  })

  it('is served below a base path, and in an outer app', async () => {
    const expected = { path: '/files/{id}.xml', params: { id: 'a' } }
    const below = await appOf(['/files/{id}.xml'], '/v1').request('/v1/files/a.xml')
    expect(await below.json()).toEqual(expected)
    const outer = new Hono().route('/api', appOf(['/files/{id}.xml']))
    expect(await (await outer.request('/api/files/a.xml')).json()).toEqual(expected)
  })

  it('rejects other methods with those of the path', async () => {
    const response = await appOf(['/files/{id}.xml']).request('/files/a.xml', { method: 'POST' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })
})
