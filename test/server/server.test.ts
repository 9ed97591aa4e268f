import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { UserError } from '../../src/common/user-error.ts'
import { createSandbox, type SandboxSettings } from '../../src/sandbox/index.ts'
import { type AuthServerSettings, createAuthServer } from '../../src/server/index.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { captureLog, lightHasher } from '../support/sandbox.ts'

it.each<[string, SandboxSettings]>([
  ['a proxy without an address', { trustedProxies: ['nowhere'] }],
  ['a mail server without an address', { mail: { smtpUrl: 'nowhere' } }],
  ['a secret that cannot be read', { secretFile: import.meta.dirname }],
  ['a setting that the API does not have', { operator: { guests: false } }],
])('a start that fails by %s says so, and leaves no database open', async (_, settings) => {
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
    ['without secrets', { secrets: [] }, /^Secrets must be/],
    ['with a weak secret', { secrets: [secret, 'a secret that people type'] }, /^Secrets must be/],
    ['that cannot send mails', { mail: {} }, /^No mail server/],
  ])('refuses to start %s', async (_, wrong, message) => {
    const started = createAuthServer('bkend', { ...settings, ...wrong })
    await expect(started).rejects.toBeInstanceOf(UserError)
    await expect(started).rejects.toThrow(message)
  })

  it.each(variantNames)('refuses a database of the sandbox of %s', async (name) => {
    const { close: _, ...kept } = createMemoryStore()
    const store = { ...kept, close: async () => {} }
    await (await createSandbox(name, { store, hasher: lightHasher, log: captureLog().log })).close()
    await expect(createAuthServer(name, { ...settings, store })).rejects.toThrow(
      /^The database holds the people/,
    )
  })
})
