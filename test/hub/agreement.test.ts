import { afterAll, expect, it } from 'vitest'
import { createHub } from '../../src/hub/app.ts'

const hub = createHub({ host: '127.0.0.1', log: () => {} })
afterAll(() => hub.close())

const ask = (path: string, init?: RequestInit) => hub.fetch(new Request(`http://localhost:4000${path}`, init))

/** Returns the statuses of the mock and the sandbox for the same request. */
async function statusesOf(path: string, init?: RequestInit) {
  const responses = await Promise.all(['mock', 'sandbox'].map((kind) => ask(`/${kind}${path}`, init)))
  return responses.map(({ status }) => status)
}

const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body,
})

const latin1 = Buffer.from('{"email":"mary.major@example.com","password":"caf\xe9 au lait"}', 'latin1')

it.each([
  ['not UTF-8', latin1],
  ['text with NUL', '{"email":"mary.major@example.com","password":"a\\u0000bcdefgh"}'],
  ['an unpaired surrogate', '{"email":"mary.major@example.com","password":"\\ud800bcdefgh"}'],
])('gets the same status from mock and sandbox for a body that is %s', async (_, body) => {
  const [mock, sandbox] = await statusesOf('/bedrud/api/auth/login', post(body))
  expect(mock).toBe(sandbox)
})

it.each([
  ['2099-12-31T23:59:59Z', 201],
  ['2099-12-31t23:59:59Z', 201],
  ['2099-12-31T23:59:59.123456789Z', 201],
  ['2099-12-31T23:59:59z', 422],
  ['2099-12-31T23:59:60Z', 422],
  ['2099-12-31T23:59:59+00:00', 422],
  ['2099-12-31T23:59Z', 422],
  ['2099-12-31 23:59:59Z', 422],
  ['2099-02-30T00:00:00Z', 422],
])('gets the same status from mock and sandbox for the date-time %s', async (expiresAt, status) => {
  const signIn = await ask(
    '/sandbox/openfactory/api/auth/signin',
    post(JSON.stringify({ email: 'ada@example.org', password: 'correct-horse-9' })),
  )
  const authorization = `Bearer ${(await signIn.json()).session.token}`
  const path = '/openfactory/api/organizations/c33f923d-2d12-4f27-b0f6-0920c5703782/api-keys'
  const body = JSON.stringify({ name: 'k', scopes: ['mcp:read'], expiresAt })
  expect(await statusesOf(path, post(body, { authorization }))).toEqual([status, status])
})

it('keeps percent-encoded letters of paths in the mock and the sandbox', async () => {
  expect(await statusesOf('/bedrud/api/auth/%6De')).toEqual([404, 404])
  expect(await statusesOf('/%62edrud/api/auth/me')).toEqual([404, 404])
})
