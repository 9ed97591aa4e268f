import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { UserError } from '../../src/common/user-error.ts'
import { createSandbox, type SandboxSettings } from '../../src/sandbox/index.ts'
import { type AuthServerSettings, createAuthServer } from '../../src/server/index.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { captureLog, lightHasher, openServer } from '../support/sandbox.ts'

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

  it.each(variantNames)('rejects a database with example users of %s', async (name) => {
    const { close: _, ...rest } = createMemoryStore()
    const store = { ...rest, close: async () => {} }
    await (await createSandbox(name, { store, hasher: lightHasher, log: captureLog().log })).close()
    await expect(createAuthServer(name, { ...settings, store })).rejects.toThrow(
      /^The database contains example users/,
    )
  })
})

it.each([...variantNames])('gives bad requests the error shape of %s', async (name) => {
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
