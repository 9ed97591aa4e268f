import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Adapter } from '../../src/conformance/variants/adapter.ts'
import { type Case, casesWith, isSuccess, openTestServer } from './test-server.ts'

const [minute, day] = [60, 24 * 60 * 60]
const steps = [5 * minute, -5 * minute, day, -day]

/** Opens a server whose system clock can be stepped without affecting its monotonic clock. */
async function open<D extends Adapter>(testCase: Case<D>, settings: { limits?: boolean } = {}) {
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const subject = await openTestServer(testCase, settings)
  const step = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
  return { ...subject, step }
}

describe.each(casesWith())('$name', (testCase) => {
  it.each(steps)(
    'D07 allows sign-in and eventually ends sessions when the clock steps by %d seconds',
    async (seconds) => {
      const { createAccount, step, send, getCurrentUser, refresh, signInAs, isAuthenticated } =
        await open(testCase)
      const before = await createAccount()
      step(seconds)
      const old = await send(getCurrentUser(before.access))
      expect([200, 401]).toContain(old.status)
      const renewed = before.refresh && refresh ? await send(refresh(before.refresh)) : undefined
      if (renewed) expect([200, 401]).toContain(renewed.status)
      const after = await signInAs(before)
      expect(await isAuthenticated(after.access)).toBe(true)

      // Longer than any session, whether it started before or after the step.
      step(91 * day)
      for (const { access, refresh: token } of [before, after]) {
        expect((await send(getCurrentUser(access))).status).toBe(401)
        if (token && refresh) expect((await send(refresh(token))).status).toBe(401)
      }
    },
  )

  it.each(steps)(
    'D07 returns a plausible Retry-After when the clock steps by %d seconds',
    async (seconds) => {
      const { step, send, signIn, seeded, settings } = await open(testCase, { limits: true })
      const window = 15 * minute
      await settings({ limits: { failuresByAccount: { max: 2, windowSeconds: window } } })
      const guess = () => send(signIn({ email: seeded.withPassword.email, password: 'a wrong guess' }))
      for (const status of [401, 401, 429]) expect((await guess()).status).toBe(status)
      step(seconds)
      const response = await guess()
      expect([401, 429]).toContain(response.status)
      if (response.status === 429) {
        const wait = Number(response.headers.get('retry-after'))
        expect(wait).toBeGreaterThanOrEqual(1)
        expect(wait).toBeLessThanOrEqual(window)
      }
    },
  )
})

describe.each(casesWith('refresh'))('$name', (testCase) => {
  it.each([-5 * minute, -day])(
    'D07 does not extend the reuse grace when the clock steps by %d seconds',
    async (seconds) => {
      const { createAccount, step, send, refresh, credentialIn, isAuthenticated } = await open(testCase)
      const first = (await createAccount()).refresh ?? ''
      const second = credentialIn(await send(refresh(first)))
      step(seconds)
      expect((await send(refresh(first))).status).toBe(401)
      // The reuse was outside the grace by the clock, so the session was revoked.
      step(-seconds)
      expect(await isAuthenticated(second.access)).toBe(false)
      expect((await send(refresh(second.refresh ?? ''))).status).toBe(401)
    },
  )
})

describe.each(casesWith('requestReset', 'confirmReset'))('$name', (testCase) => {
  it.each(steps)('D07 expires mailed tokens on time when the clock steps by %d seconds', async (seconds) => {
    const { createAccount, step, send, requestReset, confirmReset, mailedToken, statuses } =
      await open(testCase)
    const { email } = await createAccount()
    const requestToken = async () => {
      await send(requestReset(email))
      return mailedToken(email, 'resetPassword')
    }
    const confirm = (token: string) =>
      send(confirmReset({ email, token, password: `another phrase ${token.length}` }))
    const token = await requestToken()
    step(seconds)
    const response = await confirm(token)
    const { status } = response
    expect(status).toSatisfy((sent: number) => isSuccess(sent) || statuses.badMailToken.includes(sent))
    if (seconds === 5 * minute) expect(statuses.badMailToken).not.toContain(response.status)
    const later = await requestToken()
    // Longer than the lifetime, by either clock.
    step(Math.abs(seconds) + day + 1)
    expect(statuses.badMailToken).toContain((await confirm(later)).status)
  })
})
