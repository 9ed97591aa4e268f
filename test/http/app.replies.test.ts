import { describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { HttpError } from '../../src/http/http-error.ts'
import { errorResponses, routes } from './fixture.ts'
import { app, jsonOf, problemOf, send } from './notes-app.ts'

const note = { id: '1', text: 'one' }

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
