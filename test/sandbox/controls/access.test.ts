import { describe, expect, it } from 'vitest'
import { key } from '../../server/fake.ts'
import { credentials, errorOf, open, signIn, signInStatus } from './scene.ts'

describe('access to the development controls', () => {
  const paths = ['inbox', 'clock', 'reset', 'seed', 'settings', 'faults', 'oauth', 'nothing']

  it.each(paths)('responds with 404 to /__dev/%s in production mode', async (name) => {
    const sandbox = await open({ mode: 'production' })
    for (const method of ['GET', 'POST']) {
      const response = await sandbox.call(method, `/__dev/${name}`, method === 'POST' ? {} : undefined)
      expect([response.status, (await response.json()).error.code]).toEqual([404, 'common/not-found'])
    }
  })

  it('has no simulated providers and no example users in production mode', async () => {
    const sandbox = await open({ mode: 'production' })
    expect((await sandbox.call('GET', '/__oauth/google/authorize')).status).toBe(404)
    expect(await signInStatus(sandbox)).toBe(401)
  })

  it('rejects unknown paths and methods in the error shape of the controls', async () => {
    const sandbox = await open()
    expect(await errorOf(await sandbox.call('GET', '/__dev/nothing'))).toEqual([
      404,
      expect.objectContaining({ code: 'notFound' }),
    ])
    expect(await errorOf(await sandbox.call('GET', '/__dev/reset'))).toEqual([
      405,
      expect.objectContaining({ code: 'methodNotAllowed' }),
    ])
  })

  it.each(['https://elsewhere.example.net', 'null', 'https://app.example.com'])(
    'rejects requests from pages of %s',
    async (origin) => {
      const sandbox = await open()
      expect(await errorOf(await sandbox.call('POST', '/__dev/reset', undefined, { origin }))).toEqual([
        403,
        { code: 'forbidden', message: `Pages of ${origin} may not use the development controls` },
      ])
    },
  )

  it('rejects an unknown host name, on API paths as well', async () => {
    const sandbox = await open()
    const host = 'rebound.example.net'
    expect(await errorOf(await sandbox.call('GET', '/__dev/seed', undefined, { host }))).toEqual([
      403,
      {
        code: 'forbidden',
        message: `Use localhost to reach the development controls, or restart the server with --allow-host ${host}`,
      },
    ])
    expect((await sandbox.call('POST', signIn, credentials, { ...key, host })).status).toBe(403)
  })

  it('lets pages on this machine read responses', async () => {
    const sandbox = await open()
    const origin = 'http://localhost:5173'
    const response = await sandbox.call('GET', '/__dev/seed', undefined, { origin, host: '127.0.0.1:4000' })
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin])
  })
})

describe('requests to the controls', () => {
  const send = async (body: string, type: string) => {
    const sandbox = await open()
    const headers = { 'content-type': type }
    const url = `${sandbox.publicUrl}/__dev/settings`
    return (await sandbox.fetch(new Request(url, { method: 'POST', headers, body }))).status
  }

  it('checks media type and size before the settings', async () => {
    expect(await send('{"nope":1}', 'text/plain')).toBe(415)
    expect(await send(JSON.stringify({ nope: 'x'.repeat(64 * 1024) }), 'application/json')).toBe(413)
    expect(await send('{"nope":1}', 'application/json')).toBe(400)
  })

  it('returns the request id of the log', async () => {
    const sandbox = await open()
    const response = await sandbox.call('GET', '/__dev/seed')
    const logged = sandbox.lines.find(({ message }) => message === 'request')
    expect(response.headers.get('x-request-id')).toBe(logged?.requestId)
  })
})
