import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { callTool, connectHttp } from '../mcp/clients.ts'
import { serveSandbox } from '../support/served-sandbox.ts'

const json = { 'content-type': 'application/json' }

let server: Listening
const hub = createHub({
  host: '127.0.0.1',
  log: () => {},
  sandboxes: { data: null, origin: () => server.url },
})
beforeAll(async () => {
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await hub.close()
  await server.close()
})
const state = async () => (await fetch(`${server.url}/upstream/openfactory.json`)).json()
const change = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/upstream/openfactory.json`, {
    method: 'PATCH',
    headers: { ...json, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
afterEach(async () => {
  const { operations } = await state()
  const routes = Object.fromEntries(
    operations.map(({ operationId }: { operationId: string }) => [operationId, 'auto']),
  )
  await change({ url: null, routes })
  await fetch(`${server.url}/requests`, { method: 'DELETE' })
})

const log = async () => (await (await fetch(`${server.url}/requests.json`)).json()).requests
const newest = async () => (await fetch(`${server.url}/requests/${(await log())[0].id}.json`)).json()
const learned = async (operationId: string) =>
  (await state()).operations.find(
    (operation: { operationId: string }) => operation.operationId === operationId,
  ).learned
const call = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { redirect: 'manual', ...init })
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })
const signUp = { name: 'Ada', organizationName: 'Engines', password: 'nanoseconds-of-wire-30' }

/** Sends a request with headers that `fetch` forbids. */
const raw = (path: string, headers: Record<string, string>) =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    httpRequest(server.url.replace('localhost', '127.0.0.1') + path, { headers }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve({ status: response.statusCode, text })
    })
      .on('error', reject)
      .end()
  })

/** Serves an upstream of OpenFactory, and sets it. Its requests are collected. */
async function useUpstream(app: Hono, toUrl = (url: string) => url) {
  const received: { method: string; path: string; headers: Headers; text: string }[] = []
  const upstream = await listen(
    async (request) => {
      const { pathname, search } = new URL(request.url)
      const { method, headers } = request
      received.push({ method, path: pathname + search, headers, text: await request.clone().text() })
      return app.fetch(request)
    },
    { host: '127.0.0.1', port: 0 },
  )
  onTestFinished(() => upstream.close())
  expect((await change({ url: toUrl(upstream.url) })).status).toBe(200)
  return { received, url: upstream.url }
}

const sessionBody = { error: { code: 'UNAUTHORIZED', message: 'Not signed in' } }

describe('an upstream', () => {
  it('answers what it implements, and the mock or sandbox answers the rest', async () => {
    const upstream = await serveSandbox('openfactory', {
      change: (request, response) =>
        request.url.endsWith('/api/auth/session')
          ? new Response('<h1>Cannot GET /api/auth/session</h1>', {
              status: 404,
              headers: { 'content-type': 'text/html' },
            })
          : response,
    })
    await change({ url: upstream.url })
    const signedIn = await post('/sandbox/openfactory/api/auth/signup', {
      email: 'up@example.org',
      ...signUp,
    })
    expect(signedIn.status).toBe(201)
    const { session } = await signedIn.json()
    const headers = { authorization: `Bearer ${session.token}` }
    const readSession = (base: string) => call(`${base}/api/auth/session`, { headers })
    expect((await readSession('/mock/openfactory')).status).toBe(200)
    // The sandbox does not know the token of the upstream.
    expect((await readSession('/sandbox/openfactory')).status).toBe(401)
    expect((await upstream.control<{ users: { email: string }[] }>('seed')).users).not.toEqual([])
    const note = 'Not implemented by the upstream'
    expect(await log()).toMatchObject([
      {
        operationId: 'getSession',
        server: 'sandbox',
        answeredBy: 'sandbox',
        note: `${note}.`,
        verdict: 'ok',
      },
      {
        operationId: 'getSession',
        server: 'mock',
        answeredBy: 'mock',
        note: `${note}: it answered 404, and not as the contract declares.`,
      },
      { operationId: 'signUp', server: 'sandbox', answeredBy: 'upstream', status: 201, verdict: 'ok' },
    ])
    expect([await learned('signUp'), await learned('getSession'), await learned('signIn')]).toEqual([
      'implemented',
      'missing',
      null,
    ])
  })

  it.each([
    ['404 as text', new Response('404 page not found', { status: 404 })],
    ['404 as JSON of a framework', Response.json({ detail: 'Not Found' }, { status: 404 })],
    ['405', new Response(null, { status: 405 })],
    ['501 in the error format of the API', Response.json(sessionBody, { status: 501 })],
  ])(
    'learns from %s that it does not implement an operation, and answers with the same body',
    async (_, missing) => {
      const { received } = await useUpstream(new Hono().all('*', () => missing.clone()))
      const body = { email: `replayed@example.org`, ...signUp }
      const sandbox = `/sandbox/openfactory/~${crypto.randomUUID()}`
      expect((await post(`${sandbox}/api/auth/signup`, body)).status).toBe(201)
      const again = await post(`${sandbox}/api/auth/signin`, body)
      expect((await again.json()).user.email).toBe(body.email)
      await post(`${sandbox}/api/auth/signin`, body)
      expect(received.map(({ path, text }) => [path, JSON.parse(text)])).toEqual([
        ['/api/auth/signup', body],
        ['/api/auth/signin', body],
      ])
      await change({ routes: { signIn: 'auto' } })
      await post(`${sandbox}/api/auth/signin`, body)
      expect(received).toHaveLength(3)
    },
  )

  it('passes a 404 on that the contract declares', async () => {
    const body = { error: { code: 'PROVIDER_NOT_FOUND', message: 'No such provider' } }
    await useUpstream(new Hono().all('*', (c) => c.json(body, 404)))
    const response = await call('/sandbox/openfactory/api/auth/oauth/google')
    expect([response.status, await learned('startOAuth'), (await newest()).answeredBy]).toEqual([
      404,
      'implemented',
      'upstream',
    ])
  })

  it('learns nothing about a GET from the response to HEAD', async () => {
    const { received } = await useUpstream(new Hono().all('*', (c) => c.body(null, 405)))
    const response = await call('/sandbox/openfactory/api/auth/session', { method: 'HEAD' })
    expect([response.status, received.length, await learned('getSession')]).toEqual([401, 1, null])
  })

  it('answers every call of the route upstream, and none of the route local', async () => {
    const { received } = await useUpstream(new Hono().all('*', (c) => c.text('no such page', 404)))
    await change({ routes: { getSession: 'upstream', signOut: 'local' } })
    const missing = await call('/sandbox/openfactory/api/auth/session')
    expect([missing.status, await missing.text()]).toEqual([404, 'no such page'])
    expect((await newest()).verdict).toBe('response')
    expect((await call('/sandbox/openfactory/api/auth/signout', { method: 'POST' })).status).toBe(401)
    expect(received.map(({ path }) => path)).toEqual(['/api/auth/session'])
  })

  it('receives operations of the contract only', async () => {
    const { received } = await useUpstream(new Hono().all('*', (c) => c.json({})))
    const paths = ['__dev/seed', '~one/__dev/seed', '__oauth/google/authorize', 'healthz', 'nope', '']
    for (const path of paths) await call(`/sandbox/openfactory/${path}`)
    await call('/mock/openfactory/nope')
    await call('/sandbox/openfactory/api/auth/session', {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'GET' },
    })
    await call('/sandbox/bondmcp/mcp/auth/api-keys')
    expect(received).toEqual([])
  })

  it('receives the path, query and headers of the client, without those of the connection and the hub', async () => {
    const { received } = await useUpstream(
      new Hono().all('*', (c) => c.json(sessionBody, 401)),
      (url) => `${url.replace('//', '//ada:se%20cret@')}/base/`,
    )
    await call('/sandbox/openfactory/~one/api/auth/session?a=%20b', {
      headers: { 'x-sandbox': 'one', 'x-mine': 'yes', cookie: 'proxied__Host-s=1', via: '1.1 other' },
    })
    const [{ path, headers } = { path: '', headers: new Headers() }] = received
    expect(path).toBe('/base/api/auth/session?a=%20b')
    expect(Object.fromEntries(headers)).toMatchObject({
      authorization: `Basic ${btoa('ada:se cret')}`,
      'x-mine': 'yes',
      cookie: '__Host-s=1',
      via: expect.stringMatching(/^1\.1 other, 1\.1 auth-contracts-/),
    })
    expect(headers.has('x-sandbox')).toBe(false)
    const shown = JSON.stringify([await state(), await newest()])
    expect(shown).not.toMatch(/se%20cret|se cret|ada:/)
    expect((await state()).url).toMatch(/^http:\/\/\*\*\*@localhost:\d+\/base\/$/)
  })

  it('sends cookies, redirects and compressed bodies that work below the base URL of the hub', async () => {
    await useUpstream(
      new Hono()
        .get('/api/auth/oauth/google', (c) => {
          c.header('set-cookie', '__Host-state=1; Path=/; Secure; HttpOnly; SameSite=None', { append: true })
          c.header('set-cookie', 'plain=1; Domain=example.com; Path=/api/auth', { append: true })
          return c.redirect('/api/auth/oauth/google/callback?code=1')
        })
        .get('/api/auth/session', (c) =>
          c.body(gzipSync(JSON.stringify(sessionBody)), 401, { ...json, 'content-encoding': 'gzip' }),
        ),
    )
    const redirect = await call('/sandbox/openfactory/~one/api/auth/oauth/google')
    const base = `${server.url}/sandbox/openfactory/~one`
    expect(redirect.headers.get('location')).toBe(`${base}/api/auth/oauth/google/callback?code=1`)
    expect(redirect.headers.getSetCookie()).toEqual([
      'proxied__Host-state=1; Path=/sandbox/openfactory/~one; HttpOnly; SameSite=Lax',
      'plain=1; Path=/sandbox/openfactory/~one/api/auth',
    ])
    const { response, remarks } = await newest()
    expect(response.headers).toContainEqual(
      ['location', '/api/auth/oauth/google/callback?code=***'].slice(0, 1).concat(expect.anything()),
    )
    expect(JSON.stringify(response.headers)).toContain('Domain=example.com')
    expect(remarks).toEqual([expect.stringMatching(/^The response is shown as the upstream sent it\./)])
    const session = await call('/mock/openfactory/api/auth/session')
    expect([session.headers.get('content-encoding'), await session.json()]).toEqual([null, sessionBody])
  })

  it('lets the pages that the sandbox trusts read responses, whatever its own CORS headers', async () => {
    const headers = { 'access-control-allow-origin': 'https://other.example', 'x-extra': '1' }
    await useUpstream(new Hono().all('*', (c) => c.json(sessionBody, 401, headers)))
    const origin = 'http://localhost:5173'
    const response = await call('/mock/openfactory/api/auth/session', { headers: { origin } })
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(response.headers.get('access-control-expose-headers')?.split(',')).toContain('x-extra')
    expect(response.headers.get('vary')).toContain('Origin')
  })

  it('gives its pages no access to those of the hub', async () => {
    await useUpstream(new Hono().all('*', (c) => c.html('<script>fetch("/requests.json")</script>', 400)))
    const { headers } = await call('/sandbox/openfactory/api/auth/oauth/google/callback')
    expect(headers.get('content-security-policy')).toMatch(/^sandbox (?!.*allow-same-origin)/)
  })

  it('judges both directions by the contract', async () => {
    await useUpstream(new Hono().all('*', (c) => c.json({ wrong: 'body' }, 401)))
    await post('/sandbox/openfactory/api/auth/signin', { email: 'no email', password: 1 })
    const { verdict, violations, answeredBy, durationMs } = await newest()
    expect([verdict, answeredBy]).toEqual(['both', 'upstream'])
    expect(durationMs).toBeGreaterThan(0)
    expect(violations.map(({ direction }: { direction: string }) => direction)).toEqual(
      expect.arrayContaining(['request', 'response']),
    )
  })
})

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
