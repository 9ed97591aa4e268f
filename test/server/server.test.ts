import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../src/common/user-error.ts'
import { createSandbox, type SandboxSettings } from '../../src/sandbox/index.ts'
import { type AuthServerSettings, createAuthServer } from '../../src/server/index.ts'
import { listen } from '../../src/server/listen.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { captureLog, lightHasher, openServer } from '../support/sandbox.ts'
import { servedNames } from '../support/served.ts'

it.each<[string, SandboxSettings]>([
  ['an invalid proxy', { trustedProxies: ['nowhere'] }],
  ['an invalid mail server', { mail: { smtpUrl: 'nowhere' } }],
  ['an unreadable secret file', { secretFile: import.meta.dirname }],
  ['an unsupported operator setting', { operator: { guests: false } }],
])('rejects %s with a UserError and closes the store', async (_, settings) => {
  const store = createMemoryStore()
  let isOpen = true
  const close = async () => {
    isOpen = false
    await store.close()
  }
  const { log } = captureLog()
  const started = createSandbox('bkend', { log, store: { ...store, close }, ...settings })
  await expect(started).rejects.toBeInstanceOf(UserError)
  expect(isOpen).toBe(false)
})

describe('a production server', () => {
  const secret = 'vS0mUq1cWJm3rB9yTn6xkZ2pQd8hLfGe4aRoXiNtCbw'
  const settings: AuthServerSettings = {
    store: ':memory:',
    publicUrl: 'https://auth.example.com',
    webUrl: 'https://app.example.com',
    secrets: [secret],
    mail: { deliver: async () => {} },
    log: captureLog().log,
  }

  it.each<[string, Partial<AuthServerSettings>, RegExp]>([
    ['without secrets', { secrets: [] }, /^Each secret must be/],
    ['with a weak secret', { secrets: [secret, 'a secret that people type'] }, /^Each secret must be/],
    ['without a mail server', { mail: {} }, /^No mail server/],
  ])('refuses to start %s', async (_, invalid, message) => {
    const started = createAuthServer('bkend', { ...settings, ...invalid })
    await expect(started).rejects.toBeInstanceOf(UserError)
    await expect(started).rejects.toThrow(message)
  })

  it.each(servedNames)('rejects a database with example users of %s', async (name) => {
    const { close: _, ...rest } = createMemoryStore()
    const store = { ...rest, close: async () => {} }
    await (await createSandbox(name, { store, hasher: lightHasher, log: captureLog().log })).close()
    await expect(createAuthServer(name, { ...settings, store })).rejects.toThrow(
      /^The database contains example users/,
    )
  })
})

it.each(['Content-Length: 100', 'Transfer-Encoding: chunked'])(
  'logs no error when the client closes the connection before the end of a body with %s',
  async (header) => {
    const { fetch, lines } = await openServer('bedrud')
    const server = await listen(fetch, { host: '127.0.0.1', port: 0 })
    onTestFinished(server.close)
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    const head = [
      'POST /api/auth/login HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      header,
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n5\r\n{"a":`, () => setTimeout(() => socket.destroy(), 50))
    await expect.poll(() => lines.map(({ level, status }) => [level, status])).toEqual([['info', 400]])
  },
)

it.each([...servedNames])('gives bad requests the error shape of %s', async (name) => {
  const server = await openServer(name)
  const notFound = await server.fetch(new Request(`${server.publicUrl}/nothing`))
  for (const status of [400, 408, 431] as const) {
    const response = server.badRequest(status)
    expect([response.status, response.headers.get('x-request-id')]).toEqual([
      status,
      expect.stringMatching(/^req_/),
    ])
    const [body, expected] = [await response.json(), await notFound.clone().json()]
    expect(Object.keys(body)).toEqual(Object.keys(expected))
    expect(typeof body.error).toBe(typeof expected.error)
    if (typeof body.error === 'object') expect(Object.keys(body.error)).toEqual(Object.keys(expected.error))
  }
})
