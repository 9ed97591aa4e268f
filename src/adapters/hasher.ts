import { randomBytes } from 'node:crypto'
import { hash, hashSync, parseOptions, verify } from '@node-rs/argon2'
import { AuthError } from '../core/errors.ts'
import type { Hasher } from '../core/ports.ts'

export interface HasherOptions {
  memoryKiB?: number
  passes?: number
  /**
   * The size of the libuv thread pool (`UV_THREADPOOL_SIZE`, 4 by default). Hashing leaves one thread free.
   */
  threads?: number
  /**
   * The maximum number of waiting calls; further ones fail. The default takes about half a second to process.
   */
  maxQueueLength?: number
}

/**
 * Creates an argon2id hasher that runs on the thread pool of libuv. The default parameters are those of
 * OWASP's Password Storage Cheat Sheet. All servers of a process should share one hasher, because they share
 * the thread pool.
 * @returns the hasher; its calls throw an `AuthError` `overloaded` when the queue is full
 */
export function createHasher({
  memoryKiB = 19_456,
  passes = 2,
  threads = 4,
  maxQueueLength,
}: HasherOptions = {}): Hasher {
  const parameters = { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 }
  const concurrency = Math.max(1, threads - 1)
  const enqueue = createQueue(concurrency, maxQueueLength ?? 20 * concurrency)
  return {
    dummyHash: hashSync(randomBytes(32), parameters),
    hash: (password) => enqueue(() => hash(password, parameters)),
    verify: (phc, password) => enqueue(() => verify(phc, password)),
    isOutdated(phc) {
      const { memoryCost, timeCost } = parseOptions(phc)
      return !phc.startsWith('$argon2id$v=19$') || memoryCost < memoryKiB || timeCost < passes
    },
  }
}

/** A FIFO queue: `concurrency` jobs run, `maxLength` wait, and further ones are rejected. */
function createQueue(concurrency: number, maxLength: number) {
  let running = 0
  const queue: (() => void)[] = []
  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (running === concurrency) {
      if (queue.length >= maxLength) throw new AuthError('overloaded', { retryAfterSeconds: 1 })
      await new Promise<void>((start) => queue.push(start))
    } else running++
    try {
      return await job()
    } finally {
      // Passes the slot directly to the next job (`running` stays), so that a new call cannot overtake it.
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
