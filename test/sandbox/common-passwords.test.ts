import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { insert, type Store } from '../../src/core/store.ts'
import { createMemoryStore } from '../../src/storage/memory/store.ts'
import { openSandbox, type TestSandbox } from '../support/sandbox.ts'
import { servedAdapters } from '../support/served.ts'

/** Production has no seed. Where signing up needs an API key, use the one of the sandbox. */
async function storeWithProjectKeys(name: VariantName): Promise<Store> {
  const [seeded, store] = [createMemoryStore(), createMemoryStore()]
  await openSandbox(name, { store: seeded })
  const keys = await seeded.list('apiKeys', { userId: null, organizationId: null }, { orderBy: 'id' })
  await store.write(keys.map((key) => insert('apiKeys', key)))
  return store
}

describe.each(servedAdapters())('$name', ({ name, signUp, statuses }) => {
  let count = 0
  async function accepts(password: string, { call }: TestSandbox): Promise<boolean> {
    const { method, path, body, headers } = signUp({
      email: `new${++count}@example.net`,
      password,
      name: 'New Person',
    })
    const { status } = await call(method, path, body, headers)
    return status === statuses.signedUp
  }

  it('accepts common passwords in a sandbox', async () => {
    expect(await accepts('Password123!', await openSandbox(name))).toBe(true)
    const operator = { passwords: { minLength: 9 } }
    expect(await accepts('Password123!', await openSandbox(name, { operator }))).toBe(true)
  })

  it('rejects common passwords in production', async () => {
    const store = await storeWithProjectKeys(name)
    const server = await openSandbox(name, { mode: 'production', store })
    expect(await accepts('Password123!', server)).toBe(false)
    expect(await accepts('not a common password', server)).toBe(true)
  })

  it('accepts common passwords in production when the settings say so', async () => {
    const store = await storeWithProjectKeys(name)
    const operator = { passwords: { refuseCommon: false } }
    const server = await openSandbox(name, { mode: 'production', store, operator })
    expect(await accepts('Password123!', server)).toBe(true)
  })

  it('rejects common passwords after the development control says so, until a reset', async () => {
    const sandbox = await openSandbox(name)
    await sandbox.control('settings', { passwords: { refuseCommon: true } })
    expect(await accepts('Password123!', sandbox)).toBe(false)
    await sandbox.call('POST', '/__dev/reset')
    expect(await accepts('Password123!', sandbox)).toBe(true)
  })

  it('rejects common passwords in a sandbox when the settings say so, also after a reset', async () => {
    const sandbox = await openSandbox(name, { operator: { passwords: { refuseCommon: true } } })
    expect(await accepts('Password123!', sandbox)).toBe(false)
    await sandbox.call('POST', '/__dev/reset')
    expect(await accepts('Password123!', sandbox)).toBe(false)
  })
})
