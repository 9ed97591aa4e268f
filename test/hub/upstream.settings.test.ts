import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { callTool, connectHttp } from '../mcp/clients.ts'
import { sessionBody, useUpstreams } from './upstreams.ts'

const { server, state, change, log, newest, call, raw, useUpstream } = useUpstreams()

describe('the guard of an upstream', () => {
  it.each([
    ['a page of another website', { origin: 'https://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['an image of another website', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['another host name', { host: 'evil.example' }, 421],
    ['a redirect of a provider', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 401],
    ['a page of this machine', { origin: 'http://localhost:5173' }, 401],
    ['a program', {}, 401],
  ])('answers %s with the right status', async (_, headers, status) => {
    const { received } = await useUpstream(new Hono().all('*', (c) => c.json(sessionBody, 401)))
    for (const base of ['/mock', '/sandbox']) {
      const answer = await raw(`${base}/openfactory/api/auth/session`, headers as Record<string, string>)
      expect(answer.status).toBe(status)
      const answeredBy = status === 401 ? 'upstream' : 'hub'
      if (status !== 421) expect(await newest()).toMatchObject({ answeredBy })
    }
    expect(received).toHaveLength(status === 401 ? 2 : 0)
  })

  it('keeps the tools of an AI away from it', async () => {
    const { received } = await useUpstream(new Hono().all('*', (c) => c.json({})))
    const client = await connectHttp(server.url)
    onTestFinished(() => client.close())
    await callTool(client, 'call_sandbox', { variant: 'openfactory', operationId: 'signIn' })
    expect(await log()).toMatchObject([{ operationId: 'signIn', answeredBy: 'sandbox' }])
    expect(received).toEqual([])
  })
})

describe('the JSON of an upstream', () => {
  it('lists all operations with their routes, and applies changes', async () => {
    const { api, url, operations } = await state()
    expect([api, url, operations.length]).toEqual(['openfactory', null, 18])
    const response = await change({ url: 'https://u:p@staging.example/v1', routes: { signIn: 'local' } })
    const changed = await response.json()
    expect(changed.url).toBe('https://***@staging.example/v1')
    expect(changed.operations).toContainEqual({
      operationId: 'signIn',
      method: 'POST',
      path: '/api/auth/signin',
      route: 'local',
      learned: null,
    })
  })

  it.each([
    ['not json', /^Send a JSON object with "url"/],
    [{ urls: 'x' }, /^Send a JSON object with "url"/],
    [{ url: 7 }, /^Send a JSON object with "url"/],
    [{ routes: ['signIn'] }, /^Send a JSON object with "url"/],
    [{ url: 'ftp://a:b@x' }, /^"ftp:\/\/\*\*\*@x" is not an http or https URL\./],
    [{ url: 'http://x?y' }, /query or fragment/],
    [{ routes: { signInn: 'auto' } }, /^Unknown operation "signInn"\. Did you mean "signIn"\?/],
    [{ routes: { signIn: 'never' } }, /^Unknown route "never"\. Available: auto, upstream, local\./],
    [{ url: 'http://x', routes: { signIn: 'never' } }, /^Unknown route/],
  ])('rejects %j with one sentence, and changes nothing', async (body, message) => {
    const response = await change(body)
    expect([response.status, (await response.json()).detail]).toEqual([400, expect.stringMatching(message)])
    expect((await state()).url).toBeNull()
  })

  it('rejects the URL of the hub itself', async () => {
    const own = `${server.url.replace('localhost', '127.0.0.1')}/sandbox/openfactory`
    const response = await change({ url: own })
    expect((await response.json()).detail).toBe(`"${own}" is the hub itself. Pass the URL of your backend.`)
  })

  it('rejects pages of other machines', async () => {
    const headers = { origin: 'https://evil.example' }
    expect((await change({ url: 'http://x' }, headers)).status).toBe(403)
    expect((await call('/upstream/openfactory', { headers })).status).toBe(403)
  })

  it('responds with 404 for an unknown API', async () => {
    for (const path of ['/upstream/nope', '/upstream/nope.json']) expect((await call(path)).status).toBe(404)
  })
})
