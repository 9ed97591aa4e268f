import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHub } from '../../src/hub/app.ts'
import { listen } from '../../src/server/listen.ts'
import { json, useUpstreams } from './upstreams.ts'

const { server, change, newest, learned, call, useUpstream } = useUpstreams()

describe('an upstream that fails', () => {
  const problem = async (path = '/sandbox/openfactory/api/auth/session', init: RequestInit = {}) => {
    const response = await call(path, init)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    return [response.status, (await response.json()).detail]
  }

  it('is named when nothing listens there, without its credentials', async () => {
    const { url, close } = await listen(() => new Response(), { host: '127.0.0.1', port: 0 })
    await close()
    await change({ url: url.replace('//', '//ada:secret@') })
    const { host } = new URL(url)
    expect(await problem()).toEqual([
      502,
      `The upstream of openfactory, http://***@${host}, did not answer: Nothing listens at ${host}. Start the server, or correct its URL at /upstream/openfactory.`,
    ])
    const { note, remarks, ...entry } = await newest()
    expect(entry).toMatchObject({ answeredBy: 'hub', status: 502, verdict: 'unjudged', violations: [] })
    expect(note).toContain('Nothing listens at')
    expect(remarks).toEqual([
      'Not judged: the hub itself answered, and its errors are not part of the contract.',
    ])
  })

  it('is named when it is too slow', async () => {
    const { url } = await useUpstream(new Hono().all('*', () => new Promise<Response>(() => {})))
    const hurried = createHub({ host: '127.0.0.1', upstreamTimeoutMs: 100 })
    hurried.setUpstream('openfactory', url)
    const request = new Request('http://localhost:4000/mock/openfactory/api/auth/session')
    const response = await hurried.fetch(request)
    expect([response.status, (await response.json()).detail]).toEqual([
      504,
      `The upstream of openfactory, ${url}, did not answer within 0.1 s.`,
    ])
    await hurried.close()
  })

  it('is named when its host is unknown', async () => {
    await change({ url: 'http://nowhere.invalid' })
    expect((await problem())[1]).toContain('The host nowhere.invalid cannot be resolved.')
  })

  it.each([
    ['closes the connection', '', 'closed the connection without a response'],
    ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.9\r\n', 'does not speak HTTP'],
  ])('is named when it %s', async (_, bytes, reason) => {
    const tcp = createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(bytes))
    })
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void tcp.close())
    await change({ url: `http://127.0.0.1:${(tcp.address() as AddressInfo).port}` })
    const [status, detail] = await problem()
    expect([status, detail]).toEqual([502, expect.stringContaining(reason)])
  })

  it('is named when it speaks no TLS, and learns nothing from it', async () => {
    await useUpstream(new Hono(), (url) => url.replace('http:', 'https:'))
    expect((await problem())[1]).toContain('does not speak HTTPS. Correct the scheme of its URL')
    expect(await learned('getSession')).toBeNull()
  })

  it('is not asked with a body that the hub cannot keep', async () => {
    const { received } = await useUpstream(new Hono().all('*', (c) => c.json({})))
    const body = 'x'.repeat(1024 * 1024 + 1)
    const [status] = await problem('/sandbox/openfactory/api/auth/signin', {
      method: 'POST',
      headers: json,
      body,
    })
    expect([status, received]).toEqual([413, []])
    expect(await newest()).toMatchObject({ answeredBy: 'hub', verdict: 'unjudged' })
  })

  it('is stopped when it leads back to the hub under another name', async () => {
    const loop = createServer((request, response) => {
      const { method, headers, url } = request
      const target = `${server.url}/sandbox/openfactory${url}`
      const forwarded = httpRequest(
        target,
        { method, headers: { ...headers, host: 'localhost' } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers)
          answer.pipe(response)
        },
      )
      request.pipe(forwarded)
    })
    await new Promise<void>((resolve) => loop.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void loop.close())
    await change({ url: `http://127.0.0.1:${(loop.address() as AddressInfo).port}` })
    const response = await call('/sandbox/openfactory/api/auth/session')
    expect([response.status, (await response.json()).detail]).toEqual([
      508,
      'The upstream of openfactory leads back to this hub. Correct its URL at /upstream/openfactory.',
    ])
  })
})
