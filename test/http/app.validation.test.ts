import { describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { errorResponses, routes } from './fixture.ts'
import { app, handlerInput, handlers, problemOf, send } from './notes-app.ts'

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
