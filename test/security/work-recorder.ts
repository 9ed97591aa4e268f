import type { Hasher } from '../../src/core/ports.ts'
import type { Store } from '../../src/core/store.ts'
import type { SharedStore } from '../../src/server/store.ts'
import { createMemoryRateLimiter } from '../../src/storage/memory/rate-limiter.ts'
import { lightHasher } from '../support/sandbox.ts'

/** Records the work of a request in order, without values: store calls, rate limiter calls and hashes. */
export function recordWork() {
  const work: string[] = []
  /** Wraps a port and records each call under the name that `name` returns, if any. */
  const recordCalls = <Port extends object>(port: Port, name: (method: string, args: unknown[]) => string) =>
    new Proxy(port, {
      get(target, method, receiver) {
        const member = Reflect.get(target, method, receiver)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          const entry = name(String(method), args)
          if (entry) work.push(entry)
          return member.apply(target, args)
        }
      },
    })

  const nameStoreCall = (method: string, [subject, where = {}]: unknown[]) => {
    const steps = method === 'write' ? (subject as { kind: string; table: string }[]) : []
    const call = [method, subject, ...Object.keys(where as object)].join(' ')
    const entry = steps.length > 0 ? steps.map(({ kind, table }) => `${kind} ${table}`).join(', ') : call
    // The mail worker runs in the background, so its work does not belong to a request.
    return ['list outbox sentAt nextAttemptAt', 'update outbox'].includes(entry) ? '' : entry
  }
  return {
    store: (store: Store & Partial<SharedStore>): SharedStore => {
      const { limiter = createMemoryRateLimiter } = store
      return {
        ...recordCalls(store, nameStoreCall),
        limiter: (clock) => recordCalls(limiter(clock), (method, [name]) => `${method} ${name}`),
      }
    },
    hasher: recordCalls<Hasher>(lightHasher, (method) => method),
    /** Returns the work since the last call. */
    takeWork: () => work.splice(0),
  }
}
