import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { errorResponses, routes } from './fixture.ts'
import { app, jsonOf, problemOf, send } from './notes-app.ts'

describe('routing', () => {
  it('passes decoded path parameters to the handler', async () => {
    expect(await jsonOf(app.request('/notes/a%20b'))).toEqual({
      status: 200,
      json: { id: 'a b', text: 'one' },
    })
  })

  it('matches a concrete path before a template', async () => {
    expect(await problemOf(app.request('/notes/newest'))).toEqual([501, 'notImplemented getNewest'])
  })

  it.each(['/', '/note', '/notes/', '/notes/1/2', '/NOTES'])(
    'responds with 404 to the unknown path %s',
    async (path) => {
      expect(await problemOf(app.request(path, { method: 'POST' }))).toEqual([404, 'notFound'])
    },
  )

  it.each(['PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
    'responds to %s with 405 and the supported methods',
    async (method) => {
      const response = await app.request('/notes', { method })
      expect(response.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
      expect(await problemOf(response)).toEqual([405, 'methodNotAllowed'])
    },
  )

  it('rejects a method of a template that also matches a concrete path', async () => {
    const response = await app.request('/notes/newest', { method: 'DELETE' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  it('responds to HEAD as to GET, but without a body', async () => {
    const response = await app.request('/notes/1', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  it('rejects HEAD where GET has effects, without calling the handler', async () => {
    const useLink = vi.fn(async () => ({ status: 204 as const }))
    const app = createApp({ routes, handlers: { useLink }, errorResponses })
    const response = await app.request('/links/1', { method: 'HEAD' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, OPTIONS'])
    expect(useLink).not.toHaveBeenCalled()
    expect((await app.request('/links/1')).status).toBe(204)
  })

  it('rejects HEAD for a path without GET', async () => {
    const response = await app.request('/share', { method: 'HEAD' })
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([
      405,
      'POST, OPTIONS',
      '',
    ])
  })

  it('lists the methods of a path on OPTIONS', async () => {
    const response = await app.request('/notes/1', { method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, DELETE, HEAD, OPTIONS'])
    expect((await app.request('/nothing', { method: 'OPTIONS' })).status).toBe(404)
  })

  it('uses its own error responses when another app mounts it', async () => {
    const outer = new Hono().route('/v2', app)
    expect(await problemOf(outer.request('/v2/nothing'))).toEqual([404, 'notFound'])
    expect((await outer.request('/v2/notes/1')).status).toBe(200)
  })
})

describe('the caller', () => {
  it('passes the result of authentication to the handler', async () => {
    const app = createApp<typeof routes, { admin: string }>({
      routes,
      errorResponses,
      handlers: {
        createNote: async ({ caller }) => ({
          status: 201,
          body: { id: '1', text: 'admin' in caller ? caller.admin : 'nobody' },
        }),
      },
      authentication: {
        authenticate: async ({ request }) => ({ admin: request.headers.get('authorization') ?? 'none' }),
      },
    })
    const request = send('{"text":"hello"}')
    const headers = { ...request.headers, Authorization: 'root' }
    expect((await jsonOf(app.request('/notes', { ...request, headers }))).json.text).toBe('root')
  })
})
