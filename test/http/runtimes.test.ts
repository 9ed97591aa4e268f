import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { signInRequest } from '../../src/snippets/curl.ts'
import { openSandbox } from '../support/sandbox.ts'

/** Signs in as the first example of the contract does. */
async function signIn(send: (path: string, init: RequestInit) => Response | Promise<Response>, name: string) {
  const example = signInRequest(JSON.parse(await readFile(contractUrl(name as 'bkend'), 'utf8')))
  if (!example) throw new Error(`${name} has no example of a sign-in`)
  const { path, ...init } = example
  const response = await send(path, init)
  return { status: response.status, fields: Object.keys(await response.json()) }
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

describe.each(variantNames)('the app of %s', (name) => {
  it('answers alike without a listener, mounted in another app, and on the Node server of Hono', async () => {
    const { app } = await openSandbox(name)
    const outer = new Hono().route('/auth', app)
    const url = await listen(app.fetch)
    const direct = await signIn((path, init) => app.request(path, init), name)
    expect(direct.status).toBe(200)
    expect(await signIn((path, init) => outer.request(`/auth${path}`, init), name)).toEqual(direct)
    expect(await signIn((path, init) => fetch(url + path, init), name)).toEqual(direct)
  })

  it('refuses unknown paths in its own error shape, also when another app mounts it', async () => {
    const { app } = await openSandbox(name)
    const outer = new Hono().route('/auth', app)
    const direct = await app.request('/nothing', { headers: { 'x-request-id': 'same' } })
    const mounted = await outer.request('/auth/nothing', { headers: { 'x-request-id': 'same' } })
    expect([mounted.status, await mounted.json()]).toEqual([404, await direct.json()])
  })
})
