import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHub } from '../../src/hub/app.ts'
import { type Listening, listen } from '../../src/server/listen.ts'

const json = { 'content-type': 'application/json' }
const password = 'nanoseconds-of-wire-30'
const limits = { maxEntries: 5, maxBytes: 200_000, maxBodyBytes: 20_000 }

let server: Listening
const hub = createHub({
  host: '127.0.0.1',
  log: () => {},
  sandboxes: { data: null, origin: () => server.url },
  requests: limits,
})
beforeAll(async () => {
  server = await listen(hub.fetch, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await hub.close()
  await server.close()
})
afterEach(async () => {
  await fetch(`${server.url}/requests`, { method: 'DELETE' })
})

const call = (path: string, init: RequestInit = {}) => fetch(server.url + path, init)
const post = (path: string, body: unknown, headers = {}) =>
  call(path, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const signUp = (email: string) =>
  post('/sandbox/openfactory/api/auth/signup', { email, password, name: 'Ada', organizationName: 'Engines' })
const list = async () => (await (await call('/requests.json')).json()).requests
const newest = async (query = '') => (await call(`/requests/${(await list())[0].id}.json${query}`)).json()

describe('the request log', () => {
  it('lists requests to mocks and sandboxes, newest first', async () => {
    await call('/mock/openfactory/api/auth/session', { headers: { authorization: 'Bearer token' } })
    await signUp('first@example.org')
    const [sandbox, mock] = await list()
    expect(sandbox).toMatchObject({
      api: 'openfactory',
      server: 'sandbox',
      method: 'POST',
      path: '/api/auth/signup',
      operationId: 'signUp',
      status: 201,
      verdict: 'ok',
    })
    expect(mock).toMatchObject({ server: 'mock', method: 'GET', operationId: 'getSession', verdict: 'ok' })
    expect(Date.parse(sandbox.time)).toBeGreaterThanOrEqual(Date.parse(mock.time))
    expect(sandbox.durationMs).toBeGreaterThan(0)
  })

  it('judges a DELETE without a body, which has no length', async () => {
    const { status } = await call('/mock/bondmcp/mcp/auth/api-keys/key_1', {
      method: 'DELETE',
      headers: { authorization: 'Bearer token' },
    })
    expect(await newest()).toMatchObject({ method: 'DELETE', status, verdict: 'ok', remarks: [] })
  })

  it('finds a request by the header X-Call-Id', async () => {
    const headers = { 'x-call-id': 'call-2' }
    await call('/mock/openfactory/api/auth/session', { headers: { 'x-call-id': 'call-1' } })
    await call('/mock/openfactory/api/auth/session', { headers })
    await call('/mock/openfactory/api/auth/session')
    const found = await (await call('/requests/calls/call-2.json')).json()
    expect(found.request.headers).toContainEqual(['x-call-id', 'call-2'])
    expect(found.code).toMatchObject({ curl: expect.any(String), python: expect.any(String) })
    expect((await call('/requests/calls/call-3.json')).status).toBe(404)
  })

  it('judges an invalid request, and names the violated schema path', async () => {
    await post('/sandbox/openfactory/api/auth/signin', { email: 'no email', password: 1 })
    const { verdict, violations } = await newest()
    expect(verdict).toBe('request')
    expect(violations).toContainEqual({
      direction: 'request',
      check: 'request_conformance',
      message: expect.stringMatching(/^password in the request of signIn /),
      pointer: expect.stringMatching(/\/password\/type$/),
    })
  })

  it('judges the body even if the server rejects the request before reading it', async () => {
    await post('/sandbox/openfactory/api/organizations/0198c5a0-0000-7000-8000-000000000001/projects', {
      name: 1,
    })
    const entry = await newest()
    expect([entry.status, entry.operationId]).toEqual([401, 'createProject'])
    expect(entry.violations[0].message).toBe('name in the request of createProject must be string.')
  })

  it('judges a response that a fault has replaced', async () => {
    const fault = { operationId: 'signIn', status: 500, times: 1 }
    await post('/sandbox/openfactory/__dev/faults', fault)
    await post('/sandbox/openfactory/api/auth/signin', { email: 'ada@example.org', password })
    expect(await newest()).toMatchObject({
      status: 500,
      verdict: 'response',
      violations: [{ direction: 'response', check: 'not_a_server_error' }],
    })
  })

  it('reports requests to unknown paths', async () => {
    await call('/sandbox/bedrud/nope')
    const { code, ...entry } = await newest()
    expect(entry).toMatchObject({ status: 404, verdict: 'request' })
    expect(entry.violations[0].message).toBe('No operation of the contract is GET /nope.')
    expect(Object.keys(code)).toEqual(['curl', 'powershell', 'fetch', 'python'])
  })

  it('does not judge paths of the sandbox that are not part of its API', async () => {
    await call('/sandbox/openfactory/healthz')
    expect(await newest()).toMatchObject({ status: 200, verdict: 'unjudged', violations: [] })
  })

  it('passes requests without a body on unchanged', async () => {
    const request = new Request(`${server.url}/mock/openfactory/api/auth/signout`, { method: 'POST' })
    await hub.fetch(request)
    const { request: logged, code } = await newest()
    expect([logged.headers, logged.body]).toEqual([[], undefined])
    expect(code.curl).toBe(`curl -X POST ${server.url}/mock/openfactory/api/auth/signout`)
  })

  it('names the sandbox that is selected by path or header', async () => {
    await call('/sandbox/bedrud/~worker-1/api/auth/me')
    await call('/sandbox/bedrud/api/auth/me', { headers: { 'x-sandbox': 'worker-2' } })
    const entry = { path: '/api/auth/me', operationId: 'getCurrentUser', status: 401, verdict: 'ok' }
    expect(await list()).toMatchObject([
      { ...entry, sandbox: 'worker-2' },
      { ...entry, sandbox: 'worker-1' },
    ])
    await call('/sandbox/bedrud/~worker-1/__dev/seed')
    expect(await list()).toHaveLength(2)
  })

  it('does not judge answers that are not part of the contract', async () => {
    await call('/sandbox/bedrud/~%3Cb%3E/api/auth/me')
    const note = 'No sandbox was selected.'
    expect(await newest()).toMatchObject({ answeredBy: 'hub', note, status: 400, verdict: 'unjudged' })
    await call('/mock/bedrud/api/auth/me', { headers: { 'x-mock-response-delay': 'soon' } })
    expect(await newest()).toMatchObject({ answeredBy: 'mock', status: 400, verdict: 'unjudged' })
  })

  it('leaves out the controls of the sandbox, and does not judge preflights', async () => {
    await call('/sandbox/openfactory/__dev/seed')
    await call('/sandbox/openfactory/api/auth/session', {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'GET' },
    })
    expect(await list()).toMatchObject([{ method: 'OPTIONS', verdict: 'unjudged' }])
    expect((await newest()).remarks).toContain('Not judged: preflights are part of Fetch, not of the API.')
  })

  it('masks secrets unless they are asked for', async () => {
    const { session } = await (await signUp('masked@example.org')).json()
    const masked = JSON.stringify(await newest())
    expect(masked).not.toContain(password)
    expect(masked).not.toContain(session.token)
    const shown = await newest('?secrets=show')
    expect(shown.request.body.text).toContain(password)
    expect(shown.response.body.text).toContain(session.token)
    await call('/sandbox/openfactory/api/auth/session', {
      headers: { authorization: `Bearer ${session.token}` },
    })
    expect(JSON.stringify(await newest())).not.toContain(session.token)
    expect((await newest('?secrets=show')).code.curl).toContain(`Authorization: Bearer ${session.token}`)
    await call('/sandbox/openfactory/nope?token=very-secret')
    expect(JSON.stringify(await list())).not.toContain('very-secret')
  })

  it('shows the id of a request, with which it is found in the log of a server', async () => {
    const id = (await call('/sandbox/bondmcp/mcp/auth/models')).headers.get('x-request-id')
    const { response } = await newest()
    expect(response.headers).toContainEqual(['x-request-id', id])
  })

  it('writes code that repeats the request', async () => {
    const email = 'repeated@example.org'
    await signUp(email)
    const { code } = await newest('?secrets=show')
    expect(code.curl).toContain(`curl -X POST ${server.url}/sandbox/openfactory/api/auth/signup`)
    expect(code.fetch).toContain(`email: "${email}"`)
    expect(code.client).toContain('openfactory.POST("/api/auth/signup"')
    for (const text of Object.values(code)) expect(text).toContain(password)
  })

  it('passes long bodies on, and keeps their beginning', async () => {
    const body = { email: 'a@example.org', password: 'x'.repeat(limits.maxBodyBytes) }
    const response = await post('/sandbox/openfactory/api/auth/signin', body)
    expect(await response.json()).toMatchObject({ error: { code: 'INVALID_CREDENTIALS' } })
    const { request, verdict, remarks, code } = await newest()
    expect(request.body.isCut).toBe(true)
    expect(request.body.text.length).toBeLessThanOrEqual(limits.maxBodyBytes)
    expect([verdict, remarks, code]).toEqual([
      'unjudged',
      ['Not judged completely: a body is longer than the log keeps.'],
      undefined,
    ])
  })

  it.each([
    [
      'reset',
      0,
      'No response.',
      'Response not judged: a fault reset the connection before the operation ran.',
    ],
    [
      'truncate',
      401,
      'Half a response.',
      expect.stringMatching(
        /^Response not judged: a fault broke the connection after \d+ bytes of the body\.$/,
      ),
    ],
  ])('shows a connection that a fault ended with %s', async (connection, status, note, remark) => {
    await post('/sandbox/openfactory/__dev/faults', { operationId: 'signIn', connection })
    const body = { email: 'nobody@example.org', password }
    const sent = post('/sandbox/openfactory/api/auth/signin', body).then((response) => response.text())
    await expect(sent).rejects.toThrow(connection === 'reset' ? 'fetch failed' : 'terminated')
    expect(await newest()).toMatchObject({
      operationId: 'signIn',
      status,
      verdict: 'unjudged',
      remarks: [remark],
      note,
    })
    const { code } = await newest()
    expect(Object.keys(code)).toEqual(expect.arrayContaining(['curl', 'client']))
    expect(code).not.toHaveProperty('contractCase')
    const page = await (await call('/requests', { headers: { accept: 'text/html' } })).text()
    expect(page.includes('>reset</span>')).toBe(connection === 'reset')
  })

  it('keeps a limited number of requests', async () => {
    for (let count = 0; count < limits.maxEntries + 2; count++) await call(`/sandbox/bedrud/n${count}`)
    const paths = (await list()).map(({ path }: { path: string }) => path)
    expect(paths).toEqual(['/n6', '/n5', '/n4', '/n3', '/n2'])
  })

  it('responds with 404 for a request that was dropped', async () => {
    const response = await call('/requests/999999.json')
    expect([response.status, (await response.json()).detail]).toEqual([
      404,
      'The log has dropped this request. It keeps the latest ones only.',
    ])
  })

  it('forgets all requests when it is cleared', async () => {
    await call('/sandbox/bedrud/nope')
    const response = await call('/requests', { method: 'DELETE' })
    expect([response.status, await list()]).toEqual([204, []])
  })
})

describe('the events of the request log', () => {
  let reader: ReadableStreamDefaultReader<string>
  let aborting: AbortController
  let received = ''

  const open = async (headers = {}) => {
    aborting = new AbortController()
    received = ''
    const { body } = await call('/requests/events', { headers, signal: aborting.signal })
    reader = (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader()
  }
  /** Reads until the text arrives. */
  async function until(text: string) {
    while (!received.includes(text)) received += (await reader.read()).value ?? ''
    return received
  }

  beforeEach(() => open())
  afterEach(() => aborting.abort())

  it('announces each request with its verdict', async () => {
    await until('event: clear')
    await call('/sandbox/bedrud/live')
    await until('"path":"/live"')
    expect(await until('\nid: ')).toMatch(
      /event: requests\ndata: .*"verdict":"request".*data-api=\\"bedrud\\"/,
    )
  })

  it('continues after the last event that the page has received', async () => {
    await call('/sandbox/bedrud/before')
    await until('"path":"/before"')
    const id = /event: requests\ndata: .*\nid: (\S+)/.exec(await until('event: requests'))?.[1]
    aborting.abort()
    await call('/sandbox/bedrud/missed')
    await open({ 'last-event-id': id })
    await until('"path":"/missed"')
    expect(received).not.toContain('"path":"/before"')
    expect(received).not.toContain('event: clear')
  })

  it('tells the page when the log was cleared', async () => {
    await call('/sandbox/bedrud/before')
    await until('"path":"/before"')
    received = ''
    await call('/requests', { method: 'DELETE' })
    expect(await until('event: clear')).not.toContain('event: requests')
  })
})

describe('the page of the request log', () => {
  it('escapes what requests contain', async () => {
    await post('/sandbox/bedrud/api/auth/login', '<script>alert(1)</script>', { 'x-a': '<img src=x>' })
    const [{ id }] = await list()
    const page = await (await call('/requests', { headers: { accept: 'text/html' } })).text()
    const details = await (await call(`/requests/${id}/details`)).text()
    expect(page).toContain(`data-id="${id}"`)
    expect(details).toContain('&lt;script&gt;alert(1)')
    for (const html of [page, details]) expect(html).not.toMatch(/<script>alert|<img/)
  })

  it('is linked from the home page, and loads nothing from other hosts', async () => {
    expect(await (await call('/')).text()).toContain('href="/requests"')
    const policy = (await call('/requests')).headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self'")
  })

  it.each(['/requests', '/requests.json', '/requests/events', '/requests/1.json'])(
    'rejects pages of other machines: %s',
    async (path) => {
      expect((await call(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
      const rebound = new Request(server.url + path, { headers: { host: 'evil.example' } })
      expect((await hub.fetch(rebound)).status).toBe(421)
    },
  )
})
