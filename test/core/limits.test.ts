import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import { consume, countSuccess, networkOf, withinFailureBudget } from '../../src/core/limits.ts'
import { StoreUnavailableError, update } from '../../src/core/store.ts'
import { createMemoryRateLimiter } from '../../src/storage/memory/rate-limiter.ts'
import { countOutcomes, fromIp, outcomeOf, requestMeta, signUpAda, testCore, times } from './core.ts'

const clock = () => {
  let elapsed = 0
  let now = Date.parse('2026-03-04T23:59:00Z')
  return {
    limiter: (maxKeys?: number) =>
      createMemoryRateLimiter(
        { now: () => now, elapsed: () => elapsed },
        { ...(maxKeys !== undefined && { maxKeys }) },
      ),
    pass: (seconds: number) => {
      elapsed += seconds * 1000
      now += seconds * 1000
    },
    step: (seconds: number) => {
      now += seconds * 1000
    },
    now: () => now,
  }
}

describe('the rate limiter', () => {
  const limit = { max: 2, windowSeconds: 60 }

  it('allows the maximum number of calls per window and reports the remaining ones', async () => {
    const { limiter, pass, now } = clock()
    const { consume } = limiter()
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true, limit: 2, remaining: 1 })
    pass(20.5)
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await consume('a', 'k', limit)).toEqual({
      allowed: false,
      limit: 2,
      remaining: 0,
      resetAt: now() + 39_500,
      retryAfterSeconds: 40,
    })
    pass(39.5)
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 1 })
  })

  it('counts each key and each limit separately', async () => {
    const { consume } = clock().limiter()
    for (const [name, key] of [
      ['a', 'k'],
      ['a', 'l'],
      ['b', 'k'],
    ] as const)
      for (const remaining of [1, 0]) expect(await consume(name, key, limit)).toMatchObject({ remaining })
  })

  it('counts concurrent calls exactly', async () => {
    const { consume } = clock().limiter()
    const allowances = await Promise.all(times(100, () => consume('a', 'k', { max: 5, windowSeconds: 60 })))
    expect(allowances.filter(({ allowed }) => allowed)).toHaveLength(5)
  })

  it('does not count peeks, and undoes refunded calls', async () => {
    const { consume, peek, refund, clear } = clock().limiter()
    for (let round = 0; round < 5; round++)
      expect(await peek('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 2 })
    await consume('a', 'k', limit)
    await consume('a', 'k', limit)
    expect(await peek('a', 'k', limit)).toMatchObject({ allowed: false, remaining: 0 })
    await refund('a', 'k')
    expect(await peek('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 1 })
    await clear('a', 'k')
    expect(await peek('a', 'k', limit)).toMatchObject({ remaining: 2 })
  })

  it('ends aligned windows at midnight UTC', async () => {
    const { limiter, pass } = clock()
    const { consume } = limiter()
    const daily = { max: 1, windowSeconds: 86_400, aligned: true }
    expect(await consume('a', 'k', daily)).toMatchObject({
      resetAt: Date.parse('2026-03-05T00:00:00Z'),
      retryAfterSeconds: 60,
    })
    expect(await consume('a', 'k', daily)).toMatchObject({ allowed: false })
    pass(60)
    expect(await consume('a', 'k', daily)).toMatchObject({ allowed: true })
  })

  it.each([-86_400, -300, 300, 86_400])(
    'ends windows on time when the clock is set by %d seconds',
    async (seconds) => {
      const { limiter, pass, step } = clock()
      const { consume } = limiter()
      for (let round = 0; round < 2; round++) await consume('a', 'k', limit)
      step(seconds)
      expect(await consume('a', 'k', limit)).toMatchObject({ allowed: false, retryAfterSeconds: 60 })
      pass(60)
      expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true })
    },
  )

  it('A04 limits the number of keys per limit and evicts the oldest first', async () => {
    const { consume, peek } = clock().limiter(3)
    for (const key of ['a', 'b', 'c', 'd']) await consume('n', key, limit)
    await consume('other', 'a', limit)
    const remaining = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (key) => (await peek('n', key, limit)).remaining),
    )
    expect(remaining).toEqual([2, 1, 1, 1])
  })

  it('A04 limits the number of keys by default', async () => {
    const { consume } = clock().limiter()
    const once = { max: 1, windowSeconds: 60 }
    await consume('n', 'first', once)
    expect(await consume('n', 'first', once)).toMatchObject({ allowed: false })
    for (let index = 0; index < 100_000; index++) await consume('n', `other ${index}`, once)
    expect(await consume('n', 'first', once)).toMatchObject({ allowed: true })
  })

  it('evicts ended windows before open ones', async () => {
    const { limiter, pass } = clock()
    const { consume, peek } = limiter(3)
    await consume('n', 'a', limit)
    await consume('n', 'b', limit)
    pass(60)
    await consume('n', 'c', limit)
    await consume('n', 'd', limit)
    for (const key of ['c', 'd']) expect(await peek('n', key, limit)).toMatchObject({ remaining: 1 })
  })
})

describe('rate limits of the rules', () => {
  it('rejects calls beyond the limit and reports its state', async () => {
    const core = testCore({ limits: { route: { max: 1, windowSeconds: 30 } } })
    expect(await consume(core, 'route', 'k')).toMatchObject({ remaining: 0 })
    const error = await consume(core, 'route', 'k').catch((error) => error)
    expect(error).toBeInstanceOf(AuthError)
    expect(error).toMatchObject({
      code: 'rateLimited',
      details: { retryAfterSeconds: 30, allowance: { limit: 1 } },
    })
  })

  it('applies no limit if it is null or missing', async () => {
    const core = testCore({ limits: { route: null } })
    expect(await consume(core, 'route', 'k')).toBeNull()
    expect(await consume(core, 'another', 'k')).toBeNull()
  })

  it('applies a changed limit immediately', async () => {
    const core = testCore()
    core.rules.limits.route = { max: 0, windowSeconds: 30 }
    expect(await outcomeOf(consume(core, 'route', 'k'))).toBe('rateLimited')
  })
})

describe('the failure budget', () => {
  const account = { realm: '', email: 'ada@example.org' }
  const wrong = async () => {
    throw new AuthError('invalidCredentials')
  }

  it('shares one failure budget per account across all IP addresses', async () => {
    const core = testCore()
    const guess = (index: number) =>
      outcomeOf(withinFailureBudget(core, { ...account, requestMeta: fromIp(`192.0.2.${index}`) }, wrong))
    for (let index = 0; index < 10; index++) expect(await guess(index)).toBe('invalidCredentials')
    expect(await guess(10)).toBe('accountLocked')
    core.advance(15 * 60)
    expect(await guess(11)).toBe('invalidCredentials')
  })

  it('gives each network from which the owner has signed in a separate failure budget', async () => {
    const core = testCore()
    const { user } = await signUpAda(core)
    await core.store.write([
      update('sessions', { userId: user.id }, { ip: '2001:db8::1', idleExpiresAt: core.now() }),
    ])
    const guess = (ip: string) =>
      outcomeOf(withinFailureBudget(core, { ...account, requestMeta: fromIp(ip) }, wrong))
    const distributedGuesses = await countOutcomes(
      times(11, (index) =>
        withinFailureBudget(core, { ...account, requestMeta: fromIp(`198.51.100.${index}`) }, wrong),
      ),
    )
    expect(distributedGuesses).toEqual({ invalidCredentials: 10, accountLocked: 1 })
    for (let index = 0; index < 10; index++) expect(await guess('2001:db8::2')).toBe('invalidCredentials')
    expect(await guess('2001:db8::3')).toBe('accountLocked')
  })

  it('distinguishes too many failures of one client from those of the whole account', async () => {
    const core = testCore({
      limits: {
        failuresByAddress: { max: 2, windowSeconds: 900 },
        failuresByAccount: { max: 3, windowSeconds: 900 },
      },
    })
    const guess = (ip: string) =>
      outcomeOf(withinFailureBudget(core, { ...account, requestMeta: fromIp(ip) }, wrong))
    for (const expected of ['invalidCredentials', 'invalidCredentials', 'tooManyFailures'])
      expect(await guess('192.0.2.1')).toBe(expected)
    for (const expected of ['invalidCredentials', 'accountLocked'])
      expect(await guess('192.0.2.2')).toBe(expected)
  })

  it('limits the failures of one client at all accounts together, and counts no successes', async () => {
    const core = testCore({ limits: { failuresByClient: { max: 5, windowSeconds: 900 } } })
    const attempt = (email: string, ip: string | null, act: () => Promise<unknown>) =>
      outcomeOf(withinFailureBudget(core, { realm: '', email, requestMeta: { ...requestMeta, ip } }, act))
    const right = async () => 'right'
    for (let index = 0; index < 10; index++)
      expect(await attempt(`user${index}@example.org`, '192.0.2.1', right)).toBe('succeeded')
    for (let index = 0; index < 5; index++)
      expect(await attempt(`user${index}@example.org`, '192.0.2.1', wrong)).toBe('invalidCredentials')
    // A success of the attacker's own account does not clear the count.
    expect(await attempt('user5@example.org', '192.0.2.1', wrong)).toBe('rateLimited')
    expect(await attempt('attacker@example.org', '192.0.2.1', right)).toBe('rateLimited')
    expect(await attempt('user5@example.org', '192.0.2.2', wrong)).toBe('invalidCredentials')
    // Clients without an IP address are not one client.
    for (let index = 0; index < 10; index++)
      expect(await attempt(`user${index}@example.com`, null, wrong)).toBe('invalidCredentials')
    core.advance(900)
    expect(await attempt('user5@example.org', '192.0.2.1', wrong)).toBe('invalidCredentials')
  })

  it('limits concurrent guesses as well', async () => {
    const core = testCore()
    const slow = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return wrong()
    }
    const guesses = times(50, () => withinFailureBudget(core, { ...account, requestMeta }, slow))
    expect(await countOutcomes(guesses)).toEqual({ invalidCredentials: 10, accountLocked: 40 })
  })

  it('reports a success during an outage of the limiter', async () => {
    const core = testCore()
    const unavailable = async () => {
      throw new StoreUnavailableError('The database is unavailable.')
    }
    const broken = { ...core, limiter: { ...core.limiter, clear: unavailable, refund: unavailable } }
    const attempt = (act: () => Promise<unknown>) =>
      outcomeOf(withinFailureBudget(broken, { ...account, requestMeta }, act))
    expect(await attempt(async () => 'right')).toBe('succeeded')
    const overloaded = async () => {
      throw new AuthError('overloaded')
    }
    expect(await attempt(overloaded)).toBe('overloaded')
    expect(await outcomeOf(countSuccess(broken, 'signUpConflicts', '', overloaded))).toBe('overloaded')
  })

  it('clears failures after a success and does not count other errors', async () => {
    const core = testCore()
    const attempt = (act: () => Promise<unknown>) =>
      outcomeOf(withinFailureBudget(core, { ...account, requestMeta }, act))
    for (let round = 0; round < 30; round++)
      expect(
        await attempt(async () => {
          throw new AuthError('overloaded')
        }),
      ).toBe('overloaded')
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 9; index++) expect(await attempt(wrong)).toBe('invalidCredentials')
      expect(await attempt(async () => 'right')).toBe('succeeded')
    }
  })
})

describe('networks of IP addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0000:ffff::2', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['not:an:address', 'not:an:address'],
  ])('assigns %s to the network %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network)
  })
})
