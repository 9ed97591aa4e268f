import { gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { serveSandbox } from '../support/served-sandbox.ts'
import { json, sessionBody, useUpstreams } from './upstreams.ts'

const { server, state, change, log, newest, learned, call, post, useUpstream } = useUpstreams()

const signUp = { name: 'Ada', organizationName: 'Engines', password: 'nanoseconds-of-wire-30' }

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
