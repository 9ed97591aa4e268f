import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RateLimiter } from '../../src/core/ports.ts'
import type { RateLimitClock } from '../../src/core/rate-limiter.ts'
import { createMemoryRateLimiter } from '../../src/storage/memory/rate-limiter.ts'
import { openPostgresStore } from '../../src/storage/postgres/store.ts'
import { openSqliteRateLimiter } from '../../src/storage/sqlite/rate-limiter.ts'
import { newSchema, openTestStore } from '../support/postgres-schema.ts'

type MakeLimiter = (clock: RateLimitClock) => RateLimiter

const engines: [name: string, open: () => Promise<MakeLimiter>][] = [
  ['in memory', async () => createMemoryRateLimiter],
  ['on SQLite', async () => openFile(temporaryFile())],
  ['on PostgreSQL', async () => (await openTestStore()).limiter],
]

/** Returns a path in a folder that is removed after the test. */
function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'auth-contracts-limits-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'data', 'limits')
}

function openFile(path: string): MakeLimiter {
  const { limiter, close } = openSqliteRateLimiter(path)
  onTestFinished(close)
  return limiter
}

/** A clock of the machine: `pass` lets time pass, `set` moves only the clock. */
function testClock() {
  let now = Date.parse('2026-03-04T23:59:00Z')
  let elapsed = 0
  return {
    now: () => now,
    elapsed: () => elapsed,
    pass(seconds: number) {
      now += seconds * 1000
      elapsed += seconds * 1000
    },
    set(seconds: number) {
      now += seconds * 1000
    },
  }
}

const limit = { max: 2, windowSeconds: 60 }
const times = <T>(count: number, run: () => Promise<T>) => Promise.all(Array.from({ length: count }, run))

describe.each(engines)('the rate limiter %s', (_, open) => {
  it('allows max calls per window and reports the state of the limit', async () => {
    const clock = testClock()
    const { consume, peek } = (await open())(clock)
    expect(await consume('a', 'k', limit)).toEqual({
      allowed: true,
      limit: 2,
      remaining: 1,
      resetAt: clock.now() + 60_000,
      retryAfterSeconds: 60,
    })
    clock.pass(20.5)
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 0 })
    const denied = {
      allowed: false,
      limit: 2,
      remaining: 0,
      resetAt: clock.now() + 39_500,
      retryAfterSeconds: 40,
    }
    expect(await consume('a', 'k', limit)).toEqual(denied)
    expect(await peek('a', 'k', limit)).toEqual(denied)
    clock.pass(39.5)
    expect(await peek('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 2, retryAfterSeconds: 60 })
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 1 })
  })

  it('counts each name and each key separately', async () => {
    const { consume } = (await open())(testClock())
    for (const [name = '', key = ''] of [
      ['a', 'k'],
      ['a', 'l'],
      ['b', 'k'],
    ])
      expect(await consume(name, key, limit)).toMatchObject({ remaining: 1 })
  })

  it('allows exactly max of many concurrent calls, each with a different remaining count', async () => {
    const { consume } = (await open())(testClock())
    const allowances = await times(50, () => consume('a', 'k', { max: 5, windowSeconds: 60 }))
    const allowed = allowances.filter(({ allowed }) => allowed)
    expect(allowed.map(({ remaining }) => remaining).sort()).toEqual([0, 1, 2, 3, 4])
  })

  it('frees one call per refund, regardless of denied calls before', async () => {
    const { consume, refund } = (await open())(testClock())
    await times(20, () => consume('a', 'k', limit))
    await refund('a', 'k')
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 0 })
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: false })
  })

  it('ignores refunds of calls that were never counted', async () => {
    const { consume, refund } = (await open())(testClock())
    await refund('a', 'k')
    await consume('a', 'k', limit)
    for (let round = 0; round < 3; round++) await refund('a', 'k')
    const allowances = [await consume('a', 'k', limit), await consume('a', 'k', limit)]
    expect(allowances.map(({ remaining }) => remaining)).toEqual([1, 0])
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: false })
  })

  it('resets the count of a cleared key', async () => {
    const { consume, peek, clear } = (await open())(testClock())
    await times(2, () => consume('a', 'k', limit))
    await clear('a', 'k')
    expect(await peek('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 2 })
  })

  it('denies every call when max is zero', async () => {
    const { consume } = (await open())(testClock())
    const allowance = await consume('a', 'k', { max: 0, windowSeconds: 60 })
    expect(allowance).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 60 })
  })

  it('ends aligned windows at midnight UTC', async () => {
    const clock = testClock()
    const { consume } = (await open())(clock)
    const daily = { max: 1, windowSeconds: 86_400, aligned: true }
    const midnight = Date.parse('2026-03-05T00:00:00Z')
    expect(await consume('a', 'k', daily)).toMatchObject({ resetAt: midnight, retryAfterSeconds: 60 })
    expect(await consume('a', 'k', daily)).toMatchObject({ allowed: false })
    clock.pass(60)
    expect(await consume('a', 'k', daily)).toMatchObject({ allowed: true, resetAt: midnight + 86_400_000 })
  })

  it('reports the same end for all calls of a window, although time passes between them', async () => {
    let reads = 0
    const elapsed = () => ++reads * 0.4
    const clock = { now: () => Date.parse('2026-03-04T23:59:00Z') + Math.floor(elapsed()), elapsed }
    const { consume } = (await open())(clock)
    for (const aligned of [false, true]) {
      const reported = new Set<number>()
      for (let call = 0; call < 20; call++)
        reported.add(
          (await consume(`aligned: ${aligned}`, 'k', { max: 10, windowSeconds: 60, aligned })).resetAt,
        )
      expect([aligned, reported.size]).toEqual([aligned, 1])
    }
  })

  it('opens a new window after the time of the old one has passed', async () => {
    const clock = testClock()
    const { consume } = (await open())(clock)
    await times(2, () => consume('a', 'k', limit))
    clock.pass(3600)
    expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true, remaining: 1 })
  })

  it.each([-86_400, -300, 300, 86_400])(
    'ends each window on time when the clock of the machine is moved by %d s',
    async (seconds) => {
      const clock = testClock()
      const { consume } = (await open())(clock)
      await times(2, () => consume('a', 'k', limit))
      clock.set(seconds)
      const { retryAfterSeconds } = await consume('a', 'k', limit)
      expect(retryAfterSeconds).toBeLessThanOrEqual(60)
      clock.pass(60)
      expect(await consume('a', 'k', limit)).toMatchObject({ allowed: true })
    },
  )
})

describe('a rate limiter shared by several servers', () => {
  it('allows exactly max calls across four processes on one SQLite file', async () => {
    const path = temporaryFile()
    const counts = await times(4, async () => {
      const child = spawn(process.execPath, [
        join(import.meta.dirname, 'rate-limiter.child.ts'),
        path,
        '100',
        '300',
      ])
      onTestFinished(() => void child.kill('SIGKILL'))
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
      return stdout === '' ? stderr : Number(stdout)
    })
    expect(
      counts.reduce((sum: number, count) => sum + Number(count), 0),
      counts.join(),
    ).toBe(300)
  })

  it('allows exactly max calls across two stores on one PostgreSQL database', async () => {
    const { url, schema } = newSchema()
    const limiters = await times(2, async () => {
      const store = await openPostgresStore(url, schema)
      onTestFinished(() => store.close())
      return store.limiter(testClock())
    })
    const shared = { max: 30, windowSeconds: 60 }
    const allowances = await Promise.all(
      limiters.flatMap(({ consume }) => Array.from({ length: 40 }, () => consume('a', 'k', shared))),
    )
    expect(allowances.filter(({ allowed }) => allowed)).toHaveLength(30)
  })

  it('stores neither emails nor IP addresses in its file, which only its owner can read', async () => {
    const path = temporaryFile()
    await openFile(path)(testClock()).consume('signIn', 'ada@example.org 192.0.2.1', limit)
    const bytes = Buffer.concat([readFileSync(path), readFileSync(`${path}-wal`)]).toString('latin1')
    expect(bytes).not.toMatch(/ada@|192\.0\.2/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})
