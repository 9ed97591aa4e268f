import { describe, expect, it } from 'vitest'
import { json, mockOf } from './contract.ts'

/** An operation whose response names it. */
const named = (name: string, parameters: string[] = []) => ({
  get: {
    parameters: parameters.map((parameter) => ({ name: parameter, in: 'path', required: true, schema: {} })),
    responses: { 200: json({}, { ok: name }) },
  },
})
const paths = {
  '/files/{name}': named('file', ['name']),
  '/files/{name}.{ext}': named('file with extension', ['name', 'ext']),
  '/files/list': named('list'),
  '/jobs/{id}:cancel': named('cancel', ['id']),
  '/jobs/{id}': named('job', ['id']),
  '/{group}/me': named('me', ['group']),
  '/users/{user-id}': named('user', ['user-id']),
  '/login/': named('with slash'),
  '/a(b)+c': named('literal'),
}

describe.each(['', '/v1/api'])('paths below "%s"', async (basePath) => {
  const { send } = await mockOf(paths, {}, { basePath })

  it.each([
    ['/files/list', 'list'],
    ['/files/readme', 'file'],
    ['/files/readme.md', 'file with extension'],
    ['/files/a%2Fb', 'file'],
    ['/jobs/7:cancel', 'cancel'],
    ['/jobs/7', 'job'],
    ['/users/me', 'user'],
    ['/admins/me', 'me'],
    ['/login/', 'with slash'],
    ['/a(b)+c', 'literal'],
  ])('routes %s to the most concrete template', async (path, name) => {
    expect(await send(basePath + path)).toMatchObject({ status: 200, body: name })
  })

  it.each(['/login', '/files', '/files/', '/files/a/b', '/jobs/7/', '/users', '/aab+c'])(
    'rejects the unknown path %s',
    async (path) => {
      expect((await send(basePath + path)).status).toBe(404)
    },
  )

  it('responds to HEAD like to GET, without a body', async () => {
    expect(await send(`${basePath}/jobs/7`, { method: 'HEAD' })).toMatchObject({ status: 200 })
  })
})

it('knows no path outside of the base path', async () => {
  const { send } = await mockOf(paths, {}, { basePath: '/v1' })
  expect((await send('/jobs/7')).status).toBe(404)
})
