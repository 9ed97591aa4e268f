import { describe, expect, it } from 'vitest'
import { countStatuses, errorOf, openFactory, times } from './support.ts'

const calls = [
  ['signUp', '/api/auth/signup'],
  ['signIn', '/api/auth/signin'],
  ['requestPasswordReset', '/api/auth/forgot-password'],
  ['confirmPasswordReset', '/api/auth/reset-password'],
] as const

describe.each(calls)('%s', (name, path) => {
  it('accepts 10 requests a minute from one IP address, valid or not', async () => {
    const { ask, advance } = await openFactory()
    const responses = await Promise.all(times(15, () => ask('POST', path, {})))
    expect(countStatuses(responses)).toEqual({ 422: 10, 429: 5 })
    const refused = await ask('POST', path, '{')
    expect(errorOf(refused)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThanOrEqual(1)
    expect(wait).toBeLessThanOrEqual(60)
    await advance(wait)
    expect((await ask('POST', path, {})).status).toBe(422)
  })

  it('counts each IP address and each operation separately', async () => {
    const { ask } = await openFactory()
    await Promise.all(times(10, () => ask('POST', path, {})))
    expect((await ask('POST', path, {}, { address: '192.0.2.2' })).status).toBe(422)
    for (const [, other] of calls.filter(([, other]) => other !== path))
      expect((await ask('POST', other, {})).status).toBe(422)
  })

  it('ignores headers that claim another IP address', async () => {
    const { ask } = await openFactory()
    const responses = await Promise.all(
      times(15, (index) =>
        ask(
          'POST',
          path,
          {},
          {
            headers: {
              'x-forwarded-for': `198.51.100.${index}`,
              forwarded: `for=198.51.100.${index}`,
              'x-real-ip': `198.51.100.${index}`,
              'cf-connecting-ip': `198.51.100.${index}`,
            },
          },
        ),
      ),
    )
    expect(countStatuses(responses)).toEqual({ 422: 10, 429: 5 })
  })

  it('counts an IPv6 /64 network as one IP address', async () => {
    const { ask } = await openFactory()
    const responses = await Promise.all(
      times(15, (index) => ask('POST', path, {}, { address: `2001:db8:1:2::${index + 1}` })),
    )
    expect(countStatuses(responses)).toEqual({ 422: 10, 429: 5 })
  })

  it('applies changed limits, or none if they are off', async () => {
    const { ask, settings } = await openFactory()
    await settings({ limits: { [name]: { max: 0, windowSeconds: 60 } } })
    expect((await ask('POST', path, {})).status).toBe(429)
    await settings({ rateLimits: false })
    expect(countStatuses(await Promise.all(times(30, () => ask('POST', path, {}))))).toEqual({ 422: 30 })
  })
})

describe.each([
  ['startOAuth', '/api/auth/oauth/github', 302],
  ['finishOAuth', '/api/auth/oauth/github/callback?state=forged&code=c', 400],
] as const)('%s', (_, path, usual) => {
  it('accepts 10 requests a minute from one IP address and stores nothing for rejected ones', async () => {
    const { ask, store } = await openFactory()
    const before = await store.count('oneTimeTokens', {})
    const responses = await Promise.all(times(15, () => ask('GET', path)))
    expect(countStatuses(responses)).toEqual({ [usual]: 10, 429: 5 })
    const refused = await ask('GET', path)
    expect(errorOf(refused)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
    expect(refused.headers.get('retry-after')).toMatch(/^[1-5]?\d$|^60$/)
    expect((await store.count('oneTimeTokens', {})) - before).toBe(usual === 302 ? 10 : 0)
    expect((await ask('GET', path, undefined, { address: '192.0.2.2' })).status).toBe(usual)
  })
})
