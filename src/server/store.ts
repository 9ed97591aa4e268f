import type { VariantName } from '../../generated/index.ts'
import type { RateLimiter } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import { openSqliteRateLimiter } from '../storage/sqlite/rate-limiter.ts'
import { openSqliteStore } from '../storage/sqlite/store.ts'
import type { Clock } from './clock.ts'
import type { Settings } from './settings.ts'

/** A store that several processes may use, in which case their limits are counted there too. */
export type SharedStore = Store & { limiter?: (clock: Clock) => RateLimiter }

export function isFile(store: string | Store): store is string {
  return typeof store === 'string' && store !== ':memory:' && !isPostgres(store)
}

const isPostgres = (store: string) => /^postgres(?:ql)?:/.test(store)

/**
 * Opens the store that the settings name.
 * @param options.timeoutMs how long a query on PostgreSQL may take, if longer than a request may
 * @throws {UserError} when it cannot be used
 */
export async function openStore(
  { store = ':memory:', sharesFile = false, connections }: Settings,
  name: VariantName,
  options: { timeoutMs?: number } = {},
): Promise<SharedStore> {
  if (typeof store !== 'string') return store
  if (!isPostgres(store)) return openFile(store, name, sharesFile)
  // Loaded only when needed: servers on a file have no use for the PostgreSQL client.
  const { openPostgresStore } = await import('../storage/postgres/store.ts')
  return openPostgresStore(store, name, { connections, ...options })
}

function openFile(path: string, name: VariantName, isShared: boolean): SharedStore {
  const store = openSqliteStore(path, name)
  if (!isShared) return store
  try {
    const { limiter, close } = openSqliteRateLimiter(`${path}-limits`)
    return {
      ...store,
      limiter,
      async close() {
        close()
        await store.close()
      },
    }
  } catch (error) {
    store.close()
    throw error
  }
}

/** Closes the store when the start of its server fails. */
export async function closeOnFailure<Result>(store: Store, start: () => Promise<Result>): Promise<Result> {
  try {
    return await start()
  } catch (error) {
    await store.close()
    throw error
  }
}
