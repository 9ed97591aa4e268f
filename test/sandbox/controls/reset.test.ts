import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../../src/storage/memory/store.ts'
import { openSqliteStore } from '../../../src/storage/sqlite/store.ts'
import { mina } from '../../server/fake.ts'
import { open, requestReset, signInStatus, signUpAs } from './scene.ts'

describe.each([
  ['sqlite', () => openSqliteStore(':memory:')],
  ['memory', createMemoryStore],
])('the reset on %s', (_, store) => {
  it('resets users, mails, settings, faults, the clock and rate limits', async () => {
    const sandbox = await open({ store: store() })
    const settings = await sandbox.control('settings', {})
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    await requestReset(sandbox)
    await sandbox.control('settings', {
      passwords: { minLength: 20 },
      providers: { google: 'failing' },
      users: [{ user: mina.id, status: 'deleted' }],
    })
    await sandbox.control('faults', { operationId: 'signIn', status: 503 })
    await sandbox.control('clock', { advanceSeconds: 100_000 })

    expect((await sandbox.call('POST', '/__dev/reset')).status).toBe(204)
    expect(await sandbox.control('settings', {})).toEqual(settings)
    expect(await sandbox.control('inbox')).toEqual({ mails: [] })
    expect(await sandbox.control('faults', { operationId: 'signIn', times: 0 })).toEqual({ faults: [] })
    const { now } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 0 })
    expect(Math.abs(Date.now() - Date.parse(now))).toBeLessThan(60_000)
    expect(await signInStatus(sandbox)).toBe(200)
    expect((await signUpAs(sandbox, 'a@example.com')).status).toBe(201)
  })

  it('discards the writes of requests that were in flight at the reset', async () => {
    const sandbox = await open({ store: store() })
    const inFlight = Array.from({ length: 3 }, (_, index) => signUpAs(sandbox, `late${index}@example.com`))
    const resets = [sandbox.call('POST', '/__dev/reset'), sandbox.call('POST', '/__dev/reset')]
    expect((await Promise.all(resets)).map(({ status }) => status)).toEqual([204, 204])
    for (const response of await Promise.all(inFlight)) expect([201, 503]).toContain(response.status)
    await sandbox.control('settings', { rateLimits: false })
    for (let index = 0; index < 3; index++)
      expect((await signUpAs(sandbox, `late${index}@example.com`)).status).toBe(201)
  })
})
