import { describe, expect, it } from 'vitest'
import { openFactory, tally, times, told } from './support.ts'

const calls = [
  ['signUp', '/api/auth/signup'],
  ['signIn', '/api/auth/signin'],
  ['requestPasswordReset', '/api/auth/forgot-password'],
  ['confirmPasswordReset', '/api/auth/reset-password'],
] as const

describe.each(calls)('%s', (name, path) => {
  it('is answered 10 times a minute to one address, whatever is sent', async () => {
    const { ask, advance } = await openFactory()
    const answers = await Promise.all(times(15, () => ask('POST', path, {})))
    expect(tally(answers)).toEqual({ 422: 10, 429: 5 })
    const refused = await ask('POST', path, '{')
    expect(told(refused)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThanOrEqual(1)
    expect(wait).toBeLessThanOrEqual(60)
    await advance(wait)
    expect((await ask('POST', path, {})).status).toBe(422)
  })

  it('is limited for each address and path alone', async () => {
    const { ask } = await openFactory()
    await Promise.all(times(10, () => ask('POST', path, {})))
    expect((await ask('POST', path, {}, { address: '192.0.2.2' })).status).toBe(422)
    for (const [, other] of calls.filter(([, other]) => other !== path))
      expect((await ask('POST', other, {})).status).toBe(422)
  })

  it('believes nobody about their address', async () => {
    const { ask } = await openFactory()
    const answers = await Promise.all(
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
    expect(tally(answers)).toEqual({ 422: 10, 429: 5 })
  })

  it('counts a network of IPv6 as one address', async () => {
    const { ask } = await openFactory()
    const answers = await Promise.all(
      times(15, (index) => ask('POST', path, {}, { address: `2001:db8:1:2::${index + 1}` })),
    )
    expect(tally(answers)).toEqual({ 422: 10, 429: 5 })
  })

  it('can be limited otherwise, or not at all', async () => {
    const { ask, settings } = await openFactory()
    await settings({ limits: { [name]: { max: 0, windowSeconds: 60 } } })
    expect((await ask('POST', path, {})).status).toBe(429)
    await settings({ rateLimits: false })
    expect(tally(await Promise.all(times(30, () => ask('POST', path, {}))))).toEqual({ 422: 30 })
  })
})

describe.each([
  ['startOAuth', '/api/auth/oauth/github', 302],
  ['finishOAuth', '/api/auth/oauth/github/callback?state=forged&code=c', 400],
] as const)('%s', (_, path, usual) => {
  it('is answered 10 times a minute to one address, and leaves nothing behind when it is refused', async () => {
    const { ask, store } = await openFactory()
    const before = await store.count('oneTimeTokens', {})
    const answers = await Promise.all(times(15, () => ask('GET', path)))
    expect(tally(answers)).toEqual({ [usual]: 10, 429: 5 })
    const refused = await ask('GET', path)
    expect(told(refused)).toEqual([429, 'RATE_LIMITED', 'Too many requests'])
    expect(refused.headers.get('retry-after')).toMatch(/^[1-5]?\d$|^60$/)
    expect((await store.count('oneTimeTokens', {})) - before).toBe(usual === 302 ? 10 : 0)
    expect((await ask('GET', path, undefined, { address: '192.0.2.2' })).status).toBe(usual)
  })
})
