import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { errorResponses, routes } from './fixture.ts'
import { app, handlerInput, handlers, jsonOf, problemOf, send } from './notes-app.ts'

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

  it('rejects fields that are nested so deeply that schemas would exhaust the stack', async () => {
    const nested = (depth: number) => `{"text":${'['.repeat(depth)}${']'.repeat(depth)}}`
    const problems = (depth: number) => problemOf(app.request('/notes', send(nested(depth))))
    expect(await problems(90)).toEqual([422, expect.stringContaining('text (type) must be a string')])
    expect(await problems(30_000)).toEqual([422, 'createNote body text (form) must not be nested so deeply'])
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
