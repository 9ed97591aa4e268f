import { stat } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { hashSync } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { createHasher } from '../../src/adapters/hasher.ts'

describe('the password hasher', () => {
  it('hashes with argon2id, 19 MiB, two passes and one lane, and a new salt each time', async () => {
    const hasher = createHasher()
    const [one, two] = await Promise.all([hasher.hash('paper lantern'), hasher.hash('paper lantern')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    await expect(hasher.verify(one, 'paper lantern')).resolves.toBe(true)
    await expect(hasher.verify(one, 'paper lanterm')).resolves.toBe(false)
  })

  it('hashes the whole password, also beyond 72 bytes', async () => {
    const hasher = createHasher()
    const long = 'x'.repeat(127)
    const phc = await hasher.hash(`${long}a`)
    await expect(hasher.verify(phc, `${long}b`)).resolves.toBe(false)
  })

  it('has a dummy hash that costs as much as a real one and matches no password', async () => {
    const hasher = createHasher({ memoryKiB: 8192, passes: 1 })
    expect(hasher.dummyHash).toMatch(/^\$argon2id\$v=19\$m=8192,t=1,p=1\$/)
    await expect(hasher.verify(hasher.dummyHash, '')).resolves.toBe(false)
  })

  it('treats a hash as outdated when it has weaker parameters or a different algorithm', async () => {
    const phc = await createHasher({ memoryKiB: 8192, passes: 2 }).hash('x')
    expect(createHasher({ memoryKiB: 8192, passes: 2 }).isOutdated(phc)).toBe(false)
    expect(createHasher({ memoryKiB: 4096, passes: 1 }).isOutdated(phc)).toBe(false)
    expect(createHasher({ memoryKiB: 8193, passes: 2 }).isOutdated(phc)).toBe(true)
    expect(createHasher({ memoryKiB: 8192, passes: 3 }).isOutdated(phc)).toBe(true)
    expect(createHasher().isOutdated(hashSync('x', { algorithm: 1 }))).toBe(true)
  })

  it('leaves the event loop and one thread free during 64 concurrent checks', async () => {
    const hasher = createHasher({ maxQueueLength: 64 })
    const phc = await hasher.hash('paper lantern')
    let finished = 0
    const before = performance.eventLoopUtilization()
    const checks = Promise.all(
      Array.from({ length: 64 }, () => hasher.verify(phc, 'paper lantern').finally(() => finished++)),
    )
    await stat(import.meta.filename)
    const finishedBeforeStat = finished
    await checks
    // `stat` needs a thread of the pool, and would wait for all checks if these occupied every thread.
    expect(finishedBeforeStat).toBeLessThan(16)
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5)
  })

  it('rejects calls beyond the queue limit with a retry delay, and runs the others in order', async () => {
    const hasher = createHasher({ memoryKiB: 1024, passes: 1, threads: 3, maxQueueLength: 4 })
    const completed: number[] = []
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, async (_, n) => {
        await hasher.hash('x')
        completed.push(n)
      }),
    )
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(errors).toHaveLength(4)
    for (const error of errors)
      expect(error).toMatchObject({ code: 'overloaded', details: { retryAfterSeconds: expect.any(Number) } })
    expect(completed.toSorted()).toEqual([0, 1, 2, 3, 4, 5])
    await expect(hasher.hash('x')).resolves.toMatch(/^\$argon2id/)
  })

  it('runs a waiting call before a new one', async () => {
    const hasher = createHasher({ memoryKiB: 1024, passes: 1, threads: 2, maxQueueLength: 1 })
    const [first, second] = [hasher.hash('x'), hasher.hash('x')]
    await first
    // The second call runs now, the third waits, and the queue is full for a fourth.
    const third = hasher.hash('x')
    await expect(hasher.hash('x')).rejects.toMatchObject({ code: 'overloaded' })
    await Promise.all([second, third])
  })

  it('frees the slot of a call that fails', async () => {
    const hasher = createHasher({ threads: 2, maxQueueLength: 0 })
    await expect(hasher.verify('not a hash', 'x')).rejects.toThrow()
    await expect(hasher.verify(hasher.dummyHash, 'x')).resolves.toBe(false)
  })
})
