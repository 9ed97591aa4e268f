import { expect, it } from 'vitest'
import { UserError } from '../../src/common/user-error.ts'
import { createSandbox, type SandboxSettings } from '../../src/sandbox/index.ts'
import { memoryStore } from '../../src/storage/memory/store.ts'
import { listeningLog } from '../support/sandbox.ts'

it.each<[string, SandboxSettings]>([
  ['a proxy without an address', { trustedProxies: ['nowhere'] }],
  ['a mail server without an address', { mail: { smtpUrl: 'nowhere' } }],
  ['a secret that cannot be read', { secretFile: import.meta.dirname }],
  ['a setting that the API does not have', { operator: { guests: false } }],
])('a start that fails by %s says so, and leaves no database open', async (_, settings) => {
  const store = memoryStore()
  let isOpen = true
  const close = async () => {
    isOpen = false
    await store.close()
  }
  const { log } = listeningLog()
  const started = createSandbox('bkend', { log, store: { ...store, close }, ...settings })
  await expect(started).rejects.toBeInstanceOf(UserError)
  expect(isOpen).toBe(false)
})
