import { randomBytes } from 'node:crypto'
import { hash, hashSync, parseOptions, verify } from '@node-rs/argon2'
import { AuthError } from '../core/errors.ts'
import type { Hasher } from '../core/ports.ts'

export interface HasherOptions {
  memoryKiB?: number
  passes?: number
  /** Size of the libuv thread pool (`UV_THREADPOOL_SIZE`, by default 4). One thread of it always stays free of hashing. */
  threads?: number
  /** How many calls may wait for their turn; one more is refused. By default about half a second's worth. */
  maxQueueLength?: number
}

/**
 * argon2id on the threads of libuv, at the parameters of OWASP's Password Storage Cheat Sheet unless told otherwise.
 * All servers of a process share one, since they share the threads.
 */
export function createHasher({
  memoryKiB = 19_456,
  passes = 2,
  threads = 4,
  maxQueueLength,
}: HasherOptions = {}): Hasher {
  const parameters = { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 }
  const atOnce = Math.max(1, threads - 1)
  const inTurn = createQueue(atOnce, maxQueueLength ?? 20 * atOnce)
  return {
    dummyHash: hashSync(randomBytes(32), parameters),
    hash: (password) => inTurn(() => hash(password, parameters)),
    verify: (phc, password) => inTurn(() => verify(phc, password)),
    isOutdated(phc) {
      const { memoryCost, timeCost } = parseOptions(phc)
      return !phc.startsWith('$argon2id$v=19$') || memoryCost < memoryKiB || timeCost < passes
    },
  }
}

/** First come, first served: `atOnce` jobs run, `waiting` wait, and the next is refused rather than let all be late. */
function createQueue(atOnce: number, waiting: number) {
  let running = 0
  const queue: (() => void)[] = []
  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (running === atOnce) {
      if (queue.length >= waiting) throw new AuthError('overloaded', { retryAfterSeconds: 1 })
      await new Promise<void>((start) => queue.push(start))
    } else running++
    try {
      return await job()
    } finally {
      // The place goes to the next in line as it is, so that nobody can slip in between.
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
