import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contractUrl, type VariantName } from '../../generated/index.ts'
import { signInRequest } from '../../src/openapi/example-request.ts'
import { openSandbox, openServer } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'

type Send = (path: string, init: RequestInit) => Response | Promise<Response>

/** Sends the sign-in example of the contract. */
async function signIn(name: VariantName, send: Send) {
  const example = signInRequest(JSON.parse(await readFile(contractUrl(name), 'utf8')))
  if (!example) throw new Error(`${name} has no example of a sign-in`)
  const { path, headers, ...init } = example
  const response = await send(path, { ...init, headers: { ...headers, 'x-request-id': 'same' } })
  return { status: response.status, body: await response.json() }
}

async function listen(fetch: typeof Hono.prototype.fetch): Promise<string> {
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe.each(servedNames)('the app of %s', (name) => {
  it('responds equally in process, mounted in another app, and on @hono/node-server', async () => {
    const { app } = await openServer(name)
    const outer = new Hono().route('/auth', app)
    const url = await listen(app.fetch)
    const direct = await signIn(name, (path, init) => app.request(path, init))
    // A production server has no example users.
    expect(direct.status).toBe(401)
    expect(await signIn(name, (path, init) => outer.request(`/auth${path}`, init))).toEqual(direct)
    expect(await signIn(name, (path, init) => fetch(url + path, init))).toEqual(direct)
  })

  it('finds the IP address of clients on @hono/node-server, also when another app mounts it', async () => {
    const { app, lines } = await openServer(name, { trustedProxies: ['127.0.0.1'] })
    const url = await listen(new Hono().route('/auth', app).fetch)
    await signIn(name, (path, init) => fetch(`${url}/auth${path}`, init))
    await fetch(`${url}/auth/nothing`, { headers: { 'x-forwarded-for': '198.51.100.7' } })
    const requests = lines.filter(({ message }) => message === 'request')
    expect(requests.map(({ address }) => address)).toEqual(['127.0.0.1', '198.51.100.7'])
  })

  it('rejects unknown paths in its own error shape, also when another app mounts it', async () => {
    const { app } = await openServer(name)
    const headers = { 'x-request-id': 'same' }
    const direct = await app.request('/nothing', { headers })
    const mounted = await new Hono().route('/auth', app).request('/auth/nothing', { headers })
    expect([mounted.status, await mounted.json()]).toEqual([404, await direct.json()])
  })
})

it('serves uploads when another app mounts the server', async () => {
  const { app } = await openServer('bkend')
  const response = await new Hono().route('/auth', app).request('/auth/uploads/avatars/nobody/none.png')
  const direct = await app.request('/uploads/avatars/nobody/none.png')
  expect([response.status, await response.text()]).toEqual([direct.status, await direct.text()])
  expect(response.status).toBe(404)
})

it('handles requests after a reset of a sandbox that another app mounts', async () => {
  const sandbox = await openSandbox('bedrud')
  const outer = new Hono().mount('/auth', (request) => sandbox.fetch(request))
  const reset = await outer.request('/auth/__dev/reset', { method: 'POST' })
  expect(reset.status).toBe(204)
  const { status } = await signIn('bedrud', (path, init) => outer.request(`/auth${path}`, init))
  expect(status).toBe(200)
})
