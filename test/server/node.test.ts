import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createStub } from '../../src/server/stub.ts'

describe('a stub on a real socket', () => {
  let server: ReturnType<typeof serve>
  let port: number

  beforeAll(async () => {
    vi.spyOn(console, 'warn').mockReturnValue()
    const stub = await createStub('openfactory', {
      signIn: async ({ body }) => ({
        status: 401,
        body: { error: { code: 'INVALID_CREDENTIALS', message: body.email } },
      }),
    })
    server = serve({ fetch: stub.fetch, port: 0, hostname: '127.0.0.1' })
    if (!server.listening) await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    server.close()
    await once(server, 'close')
  })

  const open = (method: string, headers: Record<string, string>) =>
    request({ host: '127.0.0.1', port, method, path: '/api/auth/signin', headers, agent: false })

  /** Sends requests that `fetch` cannot: any method, and a body without Content-Length. */
  async function send(method: string, headers: Record<string, string> = {}, body?: string) {
    const outgoing = open(method, headers)
    if (body) outgoing.write(body)
    outgoing.end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.resume()
    return { status: response.statusCode, allow: response.headers.allow }
  }

  it.each(['TRACE', 'PUT', 'PROPFIND'])('I01 rejects the method %s', async (method) => {
    expect(await send(method)).toEqual({ status: 405, allow: 'POST, OPTIONS' })
  })

  const chunked = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }

  it('reads a chunked body', async () => {
    const body = JSON.stringify({ email: 'ada@example.org', password: 'x' })
    expect((await send('POST', chunked, body)).status).toBe(401)
  })

  it('I01 rejects a chunked body that is too large', async () => {
    expect((await send('POST', chunked, 'x'.repeat(64 * 1024 + 1))).status).toBe(413)
  })

  it('I01 rejects a body by its Content-Length before it arrives', async () => {
    const sent = open('POST', { 'Content-Type': 'application/json', 'Content-Length': '65537' })
    sent.flushHeaders()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(413)
    sent.destroy()
  })
})
