import type { Hasher } from '../../src/core/ports.ts'
import type { Store } from '../../src/core/store.ts'
import type { SharedStore } from '../../src/server/store.ts'
import { createMemoryRateLimiter } from '../../src/storage/memory/rate-limiter.ts'
import { lightHasher } from '../support/sandbox.ts'

/** Whatever takes time to answer a request, in order and without its values: questions to the store, counters and hashes. */
export function recordWork() {
  const work: string[] = []
  /** The same functions; each call is noted unless `name` gives nothing. */
  const noting = <Port extends object>(port: Port, name: (method: string, args: unknown[]) => string) =>
    new Proxy(port, {
      get(target, method, receiver) {
        const member = Reflect.get(target, method, receiver)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          const note = name(String(method), args)
          if (note) work.push(note)
          return member.apply(target, args)
        }
      },
    })

  const onStore = (method: string, [about, where = {}]: unknown[]) => {
    const steps = method === 'write' ? (about as { kind: string; table: string }[]) : []
    const asked = [method, about, ...Object.keys(where as object)].join(' ')
    const note = steps.length > 0 ? steps.map(({ kind, table }) => `${kind} ${table}`).join(', ') : asked
    // Mails are fetched and sent while nobody waits for it.
    return ['list outbox sentAt nextAttemptAt', 'update outbox'].includes(note) ? '' : note
  }
  return {
    store: (store: Store & Partial<SharedStore>): SharedStore => {
      const { limiter = createMemoryRateLimiter } = store
      return {
        ...noting(store, onStore),
        limiter: (clock) => noting(limiter(clock), (method, [name]) => `${method} ${name}`),
      }
    },
    hasher: noting<Hasher>(lightHasher, (method) => method),
    /** What was done since the last time. */
    since: () => work.splice(0),
  }
}
