import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createContract } from '../../src/conformance/contract/contract.ts'
import { createValidationProxy } from '../../src/conformance/proxy.ts'
import { consoleReport } from '../../src/conformance/report/console.ts'
import { ctrfReport } from '../../src/conformance/report/ctrf.ts'
import { htmlReport } from '../../src/conformance/report/html.ts'
import { jsonReport } from '../../src/conformance/report/json.ts'
import { junitReport } from '../../src/conformance/report/junit.ts'
import { listen } from '../../src/server/listen.ts'

const document = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1.0.0' },
  paths: {
    '/tags': {
      get: {
        operationId: 'getTags',
        parameters: [{ name: 'ids', in: 'query', schema: { type: 'array', items: { type: 'integer' } } }],
        responses: {
          '200': {
            description: 'OK',
            headers: { 'X-Ids': { schema: { type: 'array', items: { type: 'integer' } } } },
          },
        },
      },
    },
    '/notes': {
      post: {
        operationId: 'createNote',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['text'],
                properties: { text: { type: 'string', maxLength: 5 } },
              },
            },
          },
        },
        responses: {
          '201': {
            description: 'Created',
            content: {
              'application/json': {
                schema: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
              },
            },
          },
          '302': { description: 'Moved' },
        },
      },
    },
  },
}

async function openProxy(backend: Hono, toUpstream = (url: string) => url) {
  const upstream = await listen(backend.fetch, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => upstream.close())
  const text = JSON.stringify(document, null, 2)
  const proxy = createValidationProxy({
    contract: createContract('notes.json', JSON.parse(text), text),
    upstream: toUpstream(upstream.url),
    url: () => 'http://proxy.test',
  })
  const post = (body: unknown, path = '/notes') =>
    proxy.fetch(
      new Request(`http://proxy.test${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'http://localhost:5173' },
        body: JSON.stringify(body),
      }),
    )
  const messages = () => proxy.report().failures.map(({ finding }) => `${finding.check}: ${finding.message}`)
  return { proxy, upstream, post, messages }
}

describe('the validation proxy', () => {
  it('passes a valid exchange on without a finding', async () => {
    const { proxy, post } = await openProxy(
      new Hono().post('/notes', async (c) =>
        c.json({ id: 7, ...(await c.req.json()) }, 201, { 'x-kept': 'yes' }),
      ),
    )
    const response = await post({ text: 'hello' })
    expect(response.status).toBe(201)
    expect(response.headers.get('x-kept')).toBe('yes')
    expect(await response.json()).toEqual({ id: 7, text: 'hello' })
    expect(proxy.report()).toMatchObject({ failures: [], coverage: { operations: { covered: 1 } } })
  })

  it('reports an invalid request and an invalid response with the line of the contract', async () => {
    const { proxy, post, messages } = await openProxy(
      new Hono().post('/notes', (c) => c.json({ id: 'seven' }, 201)),
    )
    await post({ text: 'too long' })
    expect(messages()).toEqual([
      'request_conformance: text in the request of createNote must NOT have more than 5 characters.',
      'response_schema_conformance: id in the response 201 of createNote must be integer.',
    ])
    const [first] = proxy.report().failures
    expect(first?.finding.source).toMatchObject({
      file: 'notes.json',
      pointer: expect.stringContaining('/maxLength'),
    })
    const line = JSON.stringify(document, null, 2).split('\n')[(first?.finding.source?.line ?? 0) - 1]
    expect(line).toContain('maxLength')
  })

  it('reads the lists in a query and in the headers of a response', async () => {
    const { proxy, messages } = await openProxy(
      new Hono().get('/tags', (c) => c.body(null, 200, { 'x-ids': c.req.queries('ids')?.join() ?? '' })),
    )
    await proxy.fetch(new Request('http://proxy.test/tags?ids=1&ids=2'))
    await proxy.fetch(new Request('http://proxy.test/tags?ids=1'))
    expect(messages()).toEqual([])
    await proxy.fetch(new Request('http://proxy.test/tags?ids=1&ids=x'))
    expect(messages()).toEqual([
      'request_conformance: The query parameter ids.1 of getTags must be integer.',
      'response_headers_conformance: The header x-ids of the response 200 of getTags must be integer.',
    ])
  })

  it('reports a request that no operation describes', async () => {
    const { post, messages } = await openProxy(new Hono().all('*', (c) => c.json({})))
    await post({}, '/unknown')
    expect(messages()).toEqual(['request_conformance: No operation of the contract is POST /unknown.'])
  })

  it('replaces the URL of the backend in redirects and follows none', async () => {
    const { upstream, post } = await openProxy(
      new Hono().post('/notes', (c) => c.redirect(new URL('/elsewhere', c.req.url).href)),
    )
    expect(upstream.url).toMatch(/^http/)
    const response = await post({ text: 'hello' })
    expect([response.status, response.headers.get('location')]).toEqual([302, 'http://proxy.test/elsewhere'])
  })

  it.each([
    ['/shop/notes/7', 'http://proxy.test/notes/7'],
    ['notes/7?x=1', 'http://proxy.test/notes/7?x=1'],
    ['/elsewhere', '<origin>/elsewhere'],
    ['<origin>/shop#top', 'http://proxy.test#top'],
    ['<origin>/shopping', '<origin>/shopping'],
    ['https://app.example.com', 'https://app.example.com'],
    ['http://', 'http://'],
  ])('converts the redirect %s of a backend below a path to %s', async (location, expected) => {
    const { upstream, post } = await openProxy(
      new Hono().post('/shop/notes', (c) =>
        c.body(null, 302, { location: location.replace('<origin>', upstream.url) }),
      ),
      (url) => `${url}/shop/`,
    )
    const response = await post({ text: 'hello' })
    expect(response.headers.get('location')).toBe(expected.replace('<origin>', upstream.url))
  })

  it('does not pass on headers about the connection or the origin of the backend', async () => {
    const { proxy } = await openProxy(
      new Hono().all('*', (c) =>
        c.json(c.req.header(), 200, { 'strict-transport-security': 'max-age=60', 'alt-svc': 'h2=":1"' }),
      ),
    )
    const headers = { expect: '100-continue', te: 'trailers', 'x-mine': '1' }
    const response = await proxy.fetch(new Request('http://proxy.test/notes', { headers }))
    const received = await response.json()
    expect(received).toMatchObject({ 'x-mine': '1' })
    expect(['expect', 'te'].filter((name) => name in received)).toEqual([])
    expect([...response.headers.keys()].filter((name) => /^(?:strict|alt)-/.test(name))).toEqual([])
  })

  it('rewrites cookies so that a page on http://localhost can sign in, and judges the original ones', async () => {
    const cookies = [
      '__Host-session=abc=; Path=/; Secure; HttpOnly; SameSite=None; Partitioned',
      'theme=dark; Domain=.example.com; path=/shop/v1/notes; secure; Max-Age=60; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
      'base=1; Path=/shop',
      'plain=1; Path=/shopping; SameSite=Strict',
    ]
    const received: (string | undefined)[] = []
    const { proxy } = await openProxy(
      new Hono().all('*', (c) => {
        received.push(c.req.header('cookie'))
        for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
        return c.json({})
      }),
      (url) => `${url}/shop`,
    )
    const headers = { cookie: 'proxied__Host-session=abc=; theme=dark;proxied=1' }
    const response = await proxy.fetch(new Request('http://proxy.test/notes', { headers }))
    expect(response.headers.getSetCookie()).toEqual([
      'proxied__Host-session=abc=; Path=/; HttpOnly; SameSite=Lax',
      'theme=dark; Path=/v1/notes; Max-Age=60; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
      'base=1; Path=/',
      'plain=1; Path=/shopping; SameSite=Strict',
    ])
    expect(received).toEqual(['__Host-session=abc=; theme=dark; proxied=1'])
    const [exchange] = proxy.report().results.flatMap(({ exchanges }) => exchanges)
    expect(exchange?.response.headers.getSetCookie()).toEqual(cookies)
    expect(exchange?.request.headers).toContainEqual(['cookie', received[0]])
  })

  it('leaves the seed out of the reports, because traffic cannot be repeated', async () => {
    const { proxy, post } = await openProxy(new Hono().all('*', (c) => c.json({ id: 1 }, 201)))
    await post({ text: 'hello' })
    const report = proxy.report()
    const html = await htmlReport(report)
    const texts = [consoleReport(report), jsonReport(report), junitReport(report), ctrfReport(report), html]
    expect(texts.filter((text) => /seed/.test(text))).toEqual([])
  })

  it('answers 502 with the reason while the backend is down', async () => {
    const { upstream, post } = await openProxy(new Hono())
    await upstream.close()
    const response = await post({ text: 'hello' })
    expect(response.status).toBe(502)
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/^The backend http.* is unreachable: /),
    })
  })

  it('reports a request without a response as such, not with the status of the proxy', async () => {
    const { upstream, post, messages } = await openProxy(new Hono())
    await upstream.close()
    await post({ text: 'hello' })
    expect(messages()).toEqual([
      expect.stringMatching(/^not_a_server_error: The backend http\S+ is unreachable: /),
    ])
  })

  it('sends credentials of the upstream URL as a header, and shows them nowhere', async () => {
    const { proxy, post } = await openProxy(
      new Hono().post('/notes', (c) => c.json({ got: c.req.header('authorization') }, 400)),
      (url) => url.replace('//', '//ada:se%20cret@'),
    )
    const response = await post({ text: 'hello' })
    expect(await response.json()).toEqual({ got: `Basic ${btoa('ada:se cret')}` })
    const { url, failures } = proxy.report()
    expect([url, ...failures.map(({ finding }) => finding.exchange.request.url)].join()).not.toMatch(
      /ada|cret/,
    )
  })

  it('reports a request that can be repeated against the backend, with masked secrets', async () => {
    const { proxy, post } = await openProxy(new Hono().all('*', (c) => c.json({})))
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh'
    await post({}, `/links/${token}`)
    const text = consoleReport(proxy.report())
    expect(text).toContain('/links/eyJhbG***')
    expect(text).not.toContain(token)
    expect(text).not.toMatch(/-H '(?:host|content-length|accept-encoding)/)
  })
})
