import { randomBytes } from 'node:crypto'
import type { VariantName } from '../../generated/index.ts'
import type { RateLimiter } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import type { Clock } from '../sandbox/clock.ts'
import type { PoolOptions } from '../storage/postgres/connection.ts'
import { openSqliteRateLimiter } from '../storage/sqlite/rate-limiter.ts'
import { openSqliteStore } from '../storage/sqlite/store.ts'
import type { ServedVariant, Site } from '../variants/variant.ts'
import { trustedOrigins } from './origins.ts'
import { loadOrCreateSecret } from './secrets.ts'
import type { Settings } from './server.ts'
import { toUserError } from './user-errors.ts'

/** A store that other servers use too, so that counters cannot be in the memory of one. */
export type SharedStore = Store & { limiter?: (clock: Clock) => RateLimiter }

/** The API of a name, without those that this server has nothing to do with: their schemas take their time and memory. */
export async function servedVariant(name: VariantName): Promise<ServedVariant> {
  const module: Record<string, ServedVariant> = await import(`../variants/${name}/index.ts`)
  const variant = module[name]
  if (!variant) throw new Error(`${name} cannot be served.`)
  return variant
}

/** Where server and frontends are. */
export function siteOf(
  settings: Settings,
  { trusted = [], local = false }: { trusted?: readonly string[]; local?: boolean } = {},
): Site {
  const { publicUrl = 'http://localhost:4000', webUrl = 'http://localhost:3000', origins = [] } = settings
  return {
    publicUrl,
    webUrl,
    allowsOrigin: trustedOrigins([publicUrl, webUrl, ...origins, ...trusted], { local }),
  }
}

/** What tokens are signed with: the secrets of the settings, or the one that is kept next to the database file. */
export async function secretsOf({ store = ':memory:', ...settings }: Settings): Promise<readonly string[]> {
  if (settings.secrets) return settings.secrets
  const { secretFile = isFile(store) ? `${store}-secret` : undefined } = settings
  if (secretFile === undefined) return [randomBytes(32).toString('base64url')]
  return [
    await loadOrCreateSecret(secretFile).catch((error) => {
      throw toUserError(error, secretFile)
    }),
  ]
}

export const isFile = (store: string | Store): store is string =>
  typeof store === 'string' && store !== ':memory:' && !isPostgres(store)

const isPostgres = (store: string) => /^postgres(?:ql)?:/.test(store)

/**
 * Opens the store that the settings name.
 * @param options.patienceMs how long a query on PostgreSQL may take, where that is not the time of a request
 * @throws {UserError} when it cannot be used
 */
export const openStore = async (
  { store = ':memory:', sharesFile = false, connections }: Settings,
  name: VariantName,
  options: Pick<PoolOptions, 'patienceMs'> = {},
): Promise<SharedStore> => {
  if (typeof store !== 'string') return store
  if (!isPostgres(store)) return openFile(store, name, sharesFile)
  // Who keeps a file does not wait for the client of another database.
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
