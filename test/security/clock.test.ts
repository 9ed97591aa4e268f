import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Dialect } from './dialect.ts'
import { type Case, everywhere, openSubject } from './subject.ts'

const [minute, day] = [60, 24 * 60 * 60]
const steps = [5 * minute, -5 * minute, day, -day]

/** A server whose machine has a clock that can be set, while time itself goes on as before. */
async function open<D extends Dialect>(one: Case<D>, settings: { limits?: boolean } = {}) {
  onTestFinished(() => void vi.useRealTimers())
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  const subject = await openSubject(one, settings)
  const step = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
  return { ...subject, step }
}

describe.each(everywhere())('$name', (one) => {
  it.each(steps)(
    'D07 keeps nobody out, and nobody in for ever, when the clock steps by %d seconds',
    async (seconds) => {
      const { join, step, send, whoAmI, refresh, signInAs, isIn } = await open(one)
      const before = await join()
      step(seconds)
      const old = await send(whoAmI(before.access))
      expect([200, 401]).toContain(old.status)
      const renewed = before.refresh && refresh ? await send(refresh(before.refresh)) : undefined
      if (renewed) expect([200, 401]).toContain(renewed.status)
      const after = await signInAs(before)
      expect(await isIn(after.access)).toBe(true)

      // No session is longer than this, whichever clock it began by.
      step(91 * day)
      for (const { access, refresh: token } of [before, after]) {
        expect((await send(whoAmI(access))).status).toBe(401)
        if (token && refresh) expect((await send(refresh(token))).status).toBe(401)
      }
    },
  )

  it.each(steps)('D07 says a sensible time to wait when the clock steps by %d seconds', async (seconds) => {
    const { step, send, signIn, seeded, settings } = await open(one, { limits: true })
    const window = 15 * minute
    await settings({ limits: { failuresByAccount: { max: 2, windowSeconds: window } } })
    const guess = () => send(signIn({ email: seeded.withPassword.email, password: 'a wrong guess' }))
    for (const status of [401, 401, 429]) expect((await guess()).status).toBe(status)
    step(seconds)
    const answer = await guess()
    expect([401, 429]).toContain(answer.status)
    if (answer.status === 429) {
      const wait = Number(answer.headers.get('retry-after'))
      expect(wait).toBeGreaterThanOrEqual(1)
      expect(wait).toBeLessThanOrEqual(window)
    }
  })
})

describe.each(everywhere('refresh'))('$name', (one) => {
  it.each([-5 * minute, -day])(
    'D07 has no time of grace that lasts, when the clock steps by %d seconds',
    async (seconds) => {
      const { join, step, send, refresh, credentialIn, isIn } = await open(one)
      const first = (await join()).refresh ?? ''
      const second = credentialIn(await send(refresh(first)))
      step(seconds)
      expect((await send(refresh(first))).status).toBe(401)
      // It was theft, as the clock has it.
      step(-seconds)
      expect(await isIn(second.access)).toBe(false)
      expect((await send(refresh(second.refresh ?? ''))).status).toBe(401)
    },
  )
})

describe.each(everywhere('requestReset', 'confirmReset'))('$name', (one) => {
  it.each(steps)(
    'D07 lets a mailed token end by policy when the clock steps by %d seconds',
    async (seconds) => {
      const { join, step, send, requestReset, confirmReset, mailedToken, statuses } = await open(one)
      const { email } = await join()
      const ask = async () => {
        await send(requestReset(email))
        return mailedToken(email, 'resetPassword')
      }
      const confirm = (token: string) =>
        send(confirmReset({ email, token, password: `another phrase ${token.length}` }))
      const token = await ask()
      step(seconds)
      const answer = await confirm(token)
      expect([200, 204, ...statuses.badMailToken]).toContain(answer.status)
      if (seconds === 5 * minute) expect(statuses.badMailToken).not.toContain(answer.status)
      const later = await ask()
      // From when the clock was ahead, and from now.
      step(Math.abs(seconds) + day + 1)
      expect(statuses.badMailToken).toContain((await confirm(later)).status)
    },
  )
})
