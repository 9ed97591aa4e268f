import { describe, expect, it } from 'vitest'
import { accessTokenOf, me, open, signUpAs } from './scene.ts'

describe('the clock', () => {
  it('expires tokens and rate limits when the clock advances, and adds up several advances', async () => {
    const sandbox = await open()
    const token = await accessTokenOf(sandbox)
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    expect([await me(sandbox, token), (await signUpAs(sandbox, 'd@example.com')).status]).toEqual([200, 429])
    const { now: before } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 1800 })
    expect(await me(sandbox, token)).toBe(200)
    const { now } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: 1801 })
    expect(Math.round((Date.parse(now) - Date.parse(before)) / 1000)).toBe(1801)
    expect([await me(sandbox, token), (await signUpAs(sandbox, 'd@example.com')).status]).toEqual([401, 201])
  })

  it('moves the clock back without prolonging rate limits', async () => {
    const sandbox = await open()
    const { now } = await sandbox.control<{ now: string }>('clock', { advanceSeconds: -3600 })
    expect(Math.round((Date.now() - Date.parse(now)) / 60_000)).toBe(60)
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com']) await signUpAs(sandbox, email)
    await sandbox.control('clock', { advanceSeconds: -86_400 })
    const { headers } = await signUpAs(sandbox, 'd@example.com')
    expect(Number(headers.get('retry-after') ?? 3600)).toBeLessThanOrEqual(3600)
    await sandbox.control('clock', { advanceSeconds: 3601 })
    expect((await signUpAs(sandbox, 'd@example.com')).status).toBe(201)
  })
})
