import { stat } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { hashSync } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { createHasher } from '../../src/adapters/hasher.ts'

describe('hashing', () => {
  it('makes argon2id at 19 MiB, two passes and one lane, with a salt of its own each time', async () => {
    const hasher = createHasher()
    const [one, two] = await Promise.all([hasher.hash('paper lantern'), hasher.hash('paper lantern')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    await expect(hasher.verify(one, 'paper lantern')).resolves.toBe(true)
    await expect(hasher.verify(one, 'paper lanterm')).resolves.toBe(false)
  })

  it('reads all of a password, also past 72 bytes', async () => {
    const hasher = createHasher()
    const long = 'x'.repeat(127)
    const phc = await hasher.hash(`${long}a`)
    await expect(hasher.verify(phc, `${long}b`)).resolves.toBe(false)
  })

  it('has a decoy that costs what a real hash costs and that no password opens', async () => {
    const hasher = createHasher({ memoryKiB: 8192, passes: 1 })
    expect(hasher.dummyHash).toMatch(/^\$argon2id\$v=19\$m=8192,t=1,p=1\$/)
    await expect(hasher.verify(hasher.dummyHash, '')).resolves.toBe(false)
  })

  it('calls a hash outdated once the parameters have risen, or when it is of another kind', async () => {
    const phc = await createHasher({ memoryKiB: 8192, passes: 2 }).hash('x')
    expect(createHasher({ memoryKiB: 8192, passes: 2 }).isOutdated(phc)).toBe(false)
    expect(createHasher({ memoryKiB: 4096, passes: 1 }).isOutdated(phc)).toBe(false)
    expect(createHasher({ memoryKiB: 8193, passes: 2 }).isOutdated(phc)).toBe(true)
    expect(createHasher({ memoryKiB: 8192, passes: 3 }).isOutdated(phc)).toBe(true)
    expect(createHasher().isOutdated(hashSync('x', { algorithm: 1 }))).toBe(true)
  })

  it('leaves the event loop and one thread free during 64 checks at once', async () => {
    const hasher = createHasher({ maxQueueLength: 64 })
    const phc = await hasher.hash('paper lantern')
    let finished = 0
    const before = performance.eventLoopUtilization()
    const checks = Promise.all(
      Array.from({ length: 64 }, () => hasher.verify(phc, 'paper lantern').finally(() => finished++)),
    )
    await stat(import.meta.filename)
    const finishedBeforeFile = finished
    await checks
    // The work of a file needs a thread of the pool that the checks would fill if they all were there.
    expect(finishedBeforeFile).toBeLessThan(16)
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5)
  })

  it('refuses what does not fit into the queue, says when to come back, and serves the rest in order', async () => {
    const hasher = createHasher({ memoryKiB: 1024, passes: 1, threads: 3, maxQueueLength: 4 })
    const served: number[] = []
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, async (_, n) => {
        await hasher.hash('x')
        served.push(n)
      }),
    )
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused).toHaveLength(4)
    for (const reason of refused)
      expect(reason).toMatchObject({ code: 'overloaded', details: { retryAfterSeconds: expect.any(Number) } })
    expect(served.toSorted()).toEqual([0, 1, 2, 3, 4, 5])
    await expect(hasher.hash('x')).resolves.toMatch(/^\$argon2id/)
  })

  it('hands a place to who waits for it before anybody new', async () => {
    const hasher = createHasher({ memoryKiB: 1024, passes: 1, threads: 2, maxQueueLength: 1 })
    const [first, second] = [hasher.hash('x'), hasher.hash('x')]
    await first
    // The second has the only place now, the third waits, and there is no room for a fourth.
    const third = hasher.hash('x')
    await expect(hasher.hash('x')).rejects.toMatchObject({ code: 'overloaded' })
    await Promise.all([second, third])
  })

  it('gives the place back when a job fails', async () => {
    const hasher = createHasher({ threads: 2, maxQueueLength: 0 })
    await expect(hasher.verify('no hash at all', 'x')).rejects.toThrow()
    await expect(hasher.verify(hasher.dummyHash, 'x')).resolves.toBe(false)
  })
})
