import { randomBytes } from 'node:crypto'
import type { VariantName } from '../../generated/index.ts'
import { fileMistake } from '../adapters/file-errors.ts'
import type { RateLimiter } from '../core/ports.ts'
import type { Store } from '../core/store.ts'
import type { Clock } from '../sandbox/clock.ts'
import type { PoolOptions } from '../storage/postgres/connection.ts'
import { openSqliteRateLimiter } from '../storage/sqlite/rate-limiter.ts'
import { openSqliteStore } from '../storage/sqlite/store.ts'
import type { ServedVariant, Site } from '../variants/variant.ts'
import { ConfigError } from './config-error.ts'
import { trustedOrigins } from './origins.ts'
import { keptSecret } from './secrets.ts'
import type { Settings } from './server.ts'

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
export function siteOf(settings: Settings, variant: ServedVariant, isDevelopment: boolean): Site {
  const { publicUrl = 'http://localhost:4000', webUrl = 'http://localhost:3000', origins = [] } = settings
  const examples = isDevelopment ? variant.development.origins : []
  return {
    publicUrl,
    webUrl,
    allowsOrigin: trustedOrigins([publicUrl, webUrl, ...origins, ...examples], { local: isDevelopment }),
  }
}

/** What tokens are signed with: what the settings say, or what belongs to the database file. */
export function secretsOf({ store = ':memory:', ...settings }: Settings): readonly string[] {
  const { secretFile = isFile(store) ? `${store}-secret` : undefined } = settings
  return (
    settings.secrets ?? [
      secretFile === undefined ? randomBytes(32).toString('base64url') : keptSecret(secretFile),
    ]
  )
}

export const isFile = (store: string | Store): store is string =>
  typeof store === 'string' && store !== ':memory:' && !isPostgres(store)

export const isPostgres = (store: string) => /^postgres(?:ql)?:/.test(store)

/**
 * Opens the store that the settings name.
 * @param options.patienceMs how long a query on PostgreSQL may take, where that is not the time of a request
 * @throws {ConfigError} when it cannot be used
 */
export const openStore = async (
  { store = ':memory:', sharesFile = false, connections }: Settings,
  name: VariantName,
  options: Pick<PoolOptions, 'patienceMs'> = {},
): Promise<SharedStore> => {
  if (typeof store !== 'string') return store
  if (!isPostgres(store)) return usable(() => openFile(store, name, sharesFile))
  // Who keeps a file does not wait for the client of another database.
  const { openPostgresStore } = await import('../storage/postgres/store.ts')
  return openPostgresStore(store, name, { connections, ...options }).catch((cause) => {
    throw new ConfigError(cause.message, { cause })
  })
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

/** What a storage or a provider has to say about its settings. */
export function usable<Thing>(make: () => Thing): Thing {
  try {
    return make()
  } catch (cause) {
    const { message, cause: reason } = cause instanceof Error ? cause : new Error(String(cause))
    throw new ConfigError(fileMistake(reason) ?? message, { cause })
  }
}
