import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type AppOptions, createApp } from '../../src/http/app.ts'
import { HttpError } from '../../src/http/http-error.ts'
import { errorResponses, routes } from './fixture.ts'

const note = { id: '1', text: 'one' }

const useLink = vi.fn(async () => ({ status: 204 as const }))

const handlers: AppOptions<typeof routes>['handlers'] = {
  createNote: async ({ body }) => ({ status: 201, body: { id: '1', text: JSON.stringify(body) } }),
  listNotes: async ({ query, headers, cookies }) => ({
    status: 200,
    body: { notes: [{ id: '1', text: JSON.stringify({ query, headers, cookies }) }] },
  }),
  getNote: async ({ params }) => ({ status: 200, body: { id: params.noteId, text: 'one' } }),
  deleteNote: async () => ({ status: 204 }),
  useLink,
  share: async ({ body }) =>
    body?.with === 'cookies'
      ? { status: 302, headers: { Location: '/notes', 'Set-Cookie': ['a=1; Path=/', 'b=2'] } }
      : { status: 200, body: { with: body?.with ?? null } },
}

const app = createApp({ routes, handlers, errorResponses })

const send = (body: BodyInit | null, type = 'application/json') => ({
  method: 'POST',
  headers: { 'Content-Type': type },
  body,
})

async function problemOf(response: Response | Promise<Response>) {
  const { status, json } = await jsonOf(response)
  return [status, json.problem]
}

async function jsonOf(pending: Response | Promise<Response>) {
  const response = await pending
  expect(response.headers.get('content-type')).toBe('application/json')
  return { status: response.status, json: await response.json() }
}

/** Returns the input that the handler echoes. */
async function handlerInput(path: string, init?: RequestInit) {
  const { json } = await jsonOf(app.request(path, init))
  return JSON.parse(json.text ?? json.notes[0].text)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('routing', () => {
  it('passes decoded path parameters to the handler', async () => {
    expect(await jsonOf(app.request('/notes/a%20b'))).toEqual({
      status: 200,
      json: { id: 'a b', text: 'one' },
    })
  })

  it('matches a concrete path before a template', async () => {
    expect(await problemOf(app.request('/notes/newest'))).toEqual([501, 'notImplemented getNewest'])
  })

  it.each(['/', '/note', '/notes/', '/notes/1/2', '/NOTES'])(
    'responds with 404 to the unknown path %s',
    async (path) => {
      expect(await problemOf(app.request(path, { method: 'POST' }))).toEqual([404, 'notFound'])
    },
  )

  it.each(['PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
    'responds to %s with 405 and the supported methods',
    async (method) => {
      const response = await app.request('/notes', { method })
      expect(response.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS')
      expect(await problemOf(response)).toEqual([405, 'methodNotAllowed'])
    },
  )

  it('rejects a method of a template that also matches a concrete path', async () => {
    const response = await app.request('/notes/newest', { method: 'DELETE' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  it('responds to HEAD as to GET, but without a body', async () => {
    const response = await app.request('/notes/1', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  it('rejects HEAD where GET has effects, without calling the handler', async () => {
    const response = await app.request('/links/1', { method: 'HEAD' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, OPTIONS'])
    expect(useLink).not.toHaveBeenCalled()
    expect((await app.request('/links/1')).status).toBe(204)
  })

  it('rejects HEAD for a path without GET', async () => {
    const response = await app.request('/share', { method: 'HEAD' })
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([
      405,
      'POST, OPTIONS',
      '',
    ])
  })

  it('lists the methods of a path on OPTIONS', async () => {
    const response = await app.request('/notes/1', { method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, DELETE, HEAD, OPTIONS'])
    expect((await app.request('/nothing', { method: 'OPTIONS' })).status).toBe(404)
  })

  it('uses its own error responses when another app mounts it', async () => {
    const outer = new Hono().route('/v2', app)
    expect(await problemOf(outer.request('/v2/nothing'))).toEqual([404, 'notFound'])
    expect((await outer.request('/v2/notes/1')).status).toBe(200)
  })
})

describe('request bodies', () => {
  it.each(['gzip', 'br', 'gzip, identity'])('rejects the Content-Encoding %s with 415', async (encoding) => {
    const request = send('{"text":"two"}')
    const headers = { ...request.headers, 'Content-Encoding': encoding }
    const response = await app.request('/notes', { ...request, headers })
    expect(response.headers.get('accept-encoding')).toBe('identity')
    expect(await problemOf(response)).toEqual([415, 'unsupportedContentEncoding'])
  })

  it('accepts the Content-Encoding identity', async () => {
    const request = send('{"text":"two"}')
    const headers = { ...request.headers, 'Content-Encoding': 'Identity' }
    expect((await app.request('/notes', { ...request, headers })).status).toBe(201)
  })

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'accepts a body with the Content-Type %s',
    async (type) => {
      expect(await handlerInput('/notes', send('{"text":"two"}', type))).toEqual({ text: 'two' })
    },
  )

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/merge-patch+json',
    'text/json',
    '',
  ])('rejects a body with the Content-Type "%s"', async (type) => {
    const body = new TextEncoder().encode('{"text":"two"}')
    expect(await problemOf(app.request('/notes', send(body, type)))).toEqual([415, 'unsupportedMediaType'])
  })

  it.each(['{', '', '{"text":"two"} x', "{'text':'two'}"])('rejects "%s" as malformed JSON', async (body) => {
    expect(await problemOf(app.request('/notes', send(body)))).toEqual([400, 'malformedJson'])
  })

  it('rejects a body that is missing or not UTF-8', async () => {
    expect(await problemOf(app.request('/notes', { method: 'POST' }))).toEqual([400, 'malformedJson'])
    const latin1 = Uint8Array.from([...'{"text":"caf\xe9"}'].map((letter) => letter.charCodeAt(0)))
    expect(await problemOf(app.request('/notes', send(latin1)))).toEqual([400, 'malformedJson'])
  })

  it('drops undeclared fields of a body', async () => {
    const body = '{"text":"two","role":"admin","__proto__":{"x":1}}'
    expect(await handlerInput('/notes', send(body))).toEqual({ text: 'two' })
  })

  it('accepts the absence of an optional body, with or without a Content-Type', async () => {
    for (const init of [{ method: 'POST' }, send(null), send(''), send('', 'text/plain')]) {
      expect(await jsonOf(app.request('/share', init))).toEqual({ status: 200, json: { with: null } })
    }
  })

  it('validates an optional body if it is present', async () => {
    expect(await problemOf(app.request('/share', send('{"with":1}')))).toEqual([
      422,
      'share body with (type) must be a string',
    ])
    expect((await app.request('/share', send('{'))).status).toBe(400)
    expect((await app.request('/share', send('with=1', 'text/plain'))).status).toBe(415)
  })

  it('ignores an invalid body of a lenient operation', async () => {
    const lenient = createApp({ routes, handlers, errorResponses, lenientBodies: ['share'] })
    for (const init of [send('{'), send('{"with":1}'), send('null'), send('with=you', 'text/plain')]) {
      expect(await jsonOf(lenient.request('/share', init))).toEqual({ status: 200, json: { with: null } })
    }
    const usable = await jsonOf(lenient.request('/share', send('{"with":"you"}')))
    expect(usable).toEqual({ status: 200, json: { with: 'you' } })
  })

  it('ignores a body of a lenient operation with text that cannot be stored', async () => {
    const lenient = createApp({ routes, handlers, errorResponses, lenientBodies: ['share'] })
    const deep = `${'['.repeat(101)}${']'.repeat(101)}`
    for (const body of [String.raw`{"with":"\ud800"}`, String.raw`{"with":"\u0000"}`, `{"with":${deep}}`])
      expect(await jsonOf(lenient.request('/share', send(body)))).toEqual({
        status: 200,
        json: { with: null },
      })
  })
})

describe('the size limit of bodies', () => {
  const limit = 64 * 1024
  const sized = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) })

  /** Returns a body without a Content-Length, and the number of bytes that were read of it. */
  function streamed(text: string) {
    const bytes = new TextEncoder().encode(text)
    const pulled = { bytes: 0 }
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = bytes.subarray(pulled.bytes, pulled.bytes + 1024)
        pulled.bytes += chunk.length
        if (chunk.length === 0) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const headers = { 'Content-Type': 'application/json' }
    return { pulled, init: { method: 'POST', headers, body, duplex: 'half' } as RequestInit }
  }

  it('accepts a body of 64 KiB', async () => {
    expect((await app.request('/notes', send(sized(limit)))).status).toBe(201)
    expect((await app.request('/notes', streamed(sized(limit)).init)).status).toBe(201)
  })

  it('rejects a body by its Content-Length without reading it', async () => {
    const { init, pulled } = streamed(sized(limit + 1))
    const headers = { ...init.headers, 'Content-Length': String(limit + 1) }
    const request = new Request('http://reference.test/notes', { ...init, headers })
    expect(await problemOf(app.request(request))).toEqual([413, 'tooLarge'])
    expect(pulled.bytes).toBeLessThanOrEqual(1024)
  })

  it('rejects a large body without a Content-Length before reading all of it', async () => {
    const { init, pulled } = streamed(sized(10 * limit))
    expect(await problemOf(app.request('/notes', init))).toEqual([413, 'tooLarge'])
    expect(pulled.bytes).toBeLessThan(2 * limit)
  })

  it('limits bodies of lenient operations and of operations without a declared body', async () => {
    const { init } = streamed(sized(limit + 1))
    expect(await problemOf(app.request('/notes/1', { ...init, method: 'DELETE' }))).toEqual([413, 'tooLarge'])
    const lenient = createApp({ routes, handlers, errorResponses, lenientBodies: ['share'] })
    expect((await lenient.request('/share', streamed(sized(limit + 1)).init)).status).toBe(413)
  })
})

describe('validation', () => {
  it('passes query, headers and cookies to the handler, with defaults', async () => {
    const headers = { 'x-request-id': 'r1', cookie: 'other=1; session=s%201' }
    expect(await handlerInput('/notes?limit=2&tag=a&tag=b&text=3&unknown=x', { headers })).toEqual({
      query: { limit: 2, tag: ['a', 'b'], text: '3' },
      headers: { 'X-Request-ID': 'r1' },
      cookies: { session: 's 1' },
    })
    expect(await handlerInput('/notes?tag=a')).toEqual({
      query: { limit: 50, tag: ['a'] },
      headers: {},
      cookies: {},
    })
  })

  it('accepts invalid percent-encoding in query, cookies and path', async () => {
    const { query, cookies } = await handlerInput('/notes?text=%E0%A4', {
      headers: { cookie: 'session=%E0%A4' },
    })
    expect(cookies).toEqual({ session: '%E0%A4' })
    expect(query.text).toBeTypeOf('string')
    expect((await app.request('/notes/%E0%A4')).status).toBe(200)
  })

  it.each([
    ['limit=0', 'limit (tooSmall) must be at least 1'],
    ['limit=', 'limit (type) must be a number'],
    ['limit=1&limit=2', 'limit (type) must be a number'],
    ['text=a&text=b', 'text (type) must be a string'],
  ])('rejects the query %s', async (query, problem) => {
    expect(await problemOf(app.request(`/notes?${query}`))).toEqual([422, `listNotes query ${problem}`])
  })

  it.each([
    [{}, 'text (required) is required'],
    [{ text: 1 }, 'text (type) must be a string'],
    [{ text: 'x' }, 'text (tooSmall) must have at least 2 characters'],
    [{ text: 'two', author: 'me' }, 'author (form) must be an email address'],
    [{ text: 'two', lines: [{ size: 1 }, {}] }, 'lines.1.size (required) is required'],
    [{ text: 'two', label: '' }, 'label (tooSmall) must not be empty'],
    [{ text: 'two', label: 1 }, 'label (type) must be a string'],
    [{ text: 'two', target: { user: 'me', room: '' } }, 'target.room (tooSmall) must not be empty'],
    [{ text: 'two', target: { user: 'me' } }, 'target.room (required) is required'],
    [[], ' (type) must be an object'],
    [null, ' (type) must be an object'],
  ])('rejects the body %j', async (body, problem) => {
    const response = app.request('/notes', send(JSON.stringify(body)))
    expect(await problemOf(response)).toEqual([422, `createNote body ${problem}`])
  })

  it('reports all violations at once', async () => {
    const body = '{"author":1,"target":{"user":"me"}}'
    const [, problem] = await problemOf(app.request('/notes', send(body)))
    expect(problem.split('\n')).toEqual([
      'createNote body text (required) is required',
      'createNote body author (type) must be a string',
      'createNote body target.room (required) is required',
    ])
  })

  it('rejects unstorable text in declared fields only', async () => {
    const unstorable = String.raw`{"text": "a\u0000b", "label": "\ud800", "ignored": "\u0000"}`
    const [, problem] = await problemOf(app.request('/notes', send(unstorable)))
    expect(problem.split('\n')).toEqual([
      'createNote body text (unstorable) must not contain NUL or unpaired surrogates',
      'createNote body label (unstorable) must not contain NUL or unpaired surrogates',
    ])
    expect(await problemOf(app.request('/notes?text=a%00'))).toEqual([
      422,
      'listNotes query text (unstorable) must not contain NUL or unpaired surrogates',
    ])
  })

  it('knows no resource whose path has unstorable text', async () => {
    for (const id of ['%00', 'a%00b', '%00?text=x'])
      expect(await problemOf(app.request(`/notes/${id}`, { method: 'DELETE' }))).toEqual([404, 'notFound'])
  })

  it('accepts surrogate pairs and all other characters', async () => {
    const text = String.raw`{"text": "\ud83d\ude00 \u0001 \ufffd \uffff"}`
    expect((await app.request('/notes', send(text))).status).toBe(201)
  })

  it('validates after authentication, which runs only for protected operations', async () => {
    const authenticate = vi.fn(() => Promise.reject(new UnauthenticatedError()))
    const replyToError = (error: unknown) =>
      error instanceof UnauthenticatedError
        ? { status: 401, body: { problem: 'unauthenticated' } }
        : undefined
    const guarded = createApp({
      routes,
      handlers,
      errorResponses,
      authentication: { authenticate },
      replyToError,
    })
    expect(await problemOf(guarded.request('/notes', send('{')))).toEqual([401, 'unauthenticated'])
    expect(await problemOf(guarded.request('/nothing'))).toEqual([404, 'notFound'])
    expect((await guarded.request('/notes')).status).toBe(200)
    expect(authenticate).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ operationId: 'createNote' }),
    )
  })
})

class UnauthenticatedError extends Error {}

describe('the caller', () => {
  it('passes the result of authentication to the handler', async () => {
    const app = createApp<typeof routes, { admin: string }>({
      routes,
      errorResponses,
      handlers: {
        createNote: async ({ caller }) => ({
          status: 201,
          body: { id: '1', text: 'admin' in caller ? caller.admin : 'nobody' },
        }),
      },
      authentication: {
        authenticate: async ({ request }) => ({ admin: request.headers.get('authorization') ?? 'none' }),
      },
    })
    const request = send('{"text":"hello"}')
    const headers = { ...request.headers, Authorization: 'root' }
    expect((await jsonOf(app.request('/notes', { ...request, headers }))).json.text).toBe('root')
  })
})

describe('replies', () => {
  it('sends replies without a body and with several headers of one name', async () => {
    const response = await app.request('/share', send('{"with":"cookies"}'))
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      302,
      '/notes',
      '',
    ])
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
    expect(response.headers.get('content-type')).toBeNull()
    expect((await app.request('/notes/1', { method: 'DELETE' })).status).toBe(204)
  })

  const replying = (reply: unknown) => {
    // Stored data can differ from its TypeScript type.
    const getNote = async () => reply as { status: 200; body: typeof note }
    return createApp({ routes, handlers: { getNote }, errorResponses })
  }

  it('accepts fields that the contract does not declare', async () => {
    const body = { ...note, extra: new Date(0) }
    expect((await jsonOf(replying({ status: 200, body }).request('/notes/1'))).json).toEqual({
      ...note,
      extra: '1970-01-01T00:00:00.000Z',
    })
  })

  it.each([
    ['an undeclared status', { status: 418, body: note }, 'getNote replied 418'],
    ['a wrong body', { status: 200, body: { id: 1 } }, 'getNote replied 200'],
    ['a missing body', { status: 200 }, 'getNote replied 200'],
  ])('logs a reply with %s on the console and responds with 500', async (_case, reply, message) => {
    const console_ = vi.spyOn(console, 'error').mockReturnValue()
    expect(await problemOf(replying(reply).request('/notes/1'))).toEqual([500, 'internalError'])
    expect(String(console_.mock.calls[0])).toContain(message)
  })

  it.each([[new Error('secret')], ['secret']])(
    'does not reveal a value that a handler threw: %s',
    async (thrown) => {
      const console_ = vi.spyOn(console, 'error').mockReturnValue()
      const getNote = () => Promise.reject(thrown)
      const response = await createApp({ routes, handlers: { getNote }, errorResponses }).request('/notes/1')
      expect(response.status).toBe(500)
      expect(await response.text()).not.toContain('secret')
      expect(console_).toHaveBeenCalledOnce()
      const [reported] = console_.mock.calls[0] ?? []
      expect([reported, reported.cause]).toContain(thrown)
    },
  )

  it('skips the check of replies if it is disabled', async () => {
    const getNote = async () => ({ status: 200, body: { id: 1 } }) as never
    const app = createApp({ routes, handlers: { getNote }, errorResponses, checkReplies: false })
    expect((await jsonOf(app.request('/notes/1'))).json).toEqual({ id: 1 })
  })

  it('accepts replies of a synchronous handler', async () => {
    const getNote = () => ({ status: 200, body: note }) as never
    const sync = createApp({ routes, handlers: { getNote }, errorResponses })
    expect((await jsonOf(sync.request('/notes/1'))).json).toEqual(note)
  })

  it('turns a thrown HttpError into the error response of the API', async () => {
    const getNote = () => Promise.reject(new HttpError({ kind: 'unavailable', retryAfter: 5 }))
    const response = await createApp({ routes, handlers: { getNote }, errorResponses }).request('/notes/1')
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await problemOf(response)).toEqual([503, 'unavailable'])
  })
})
