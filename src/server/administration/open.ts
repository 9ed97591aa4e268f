import { existsSync, statSync } from 'node:fs'
import type { VariantName } from '../../../generated/index.ts'
import { createHasher } from '../../adapters/hasher.ts'
import { UserError } from '../../common/user-error.ts'
import type { AuthEvent, Core } from '../../core/ports.ts'
import { createMemoryRateLimiter } from '../../storage/memory/rate-limiter.ts'
import { removeIfEmpty } from '../../storage/sqlite/remove-if-empty.ts'
import type { ServedVariant } from '../../variants/variant.ts'
import { systemClock } from '../clock.ts'
import { createContext } from '../context.ts'
import { type FileStorage, openFiles } from '../files.ts'
import { loadServedVariant, siteOf, uploadsPath } from '../resources.ts'
import { localUrls, type Settings } from '../settings.ts'
import { closeOnFailure, isFile, openStore, type SharedStore } from '../store.ts'

/** The data of one API in the hands of its operator. */
export interface AdminContext {
  api: VariantName
  variant: ServedVariant
  core: Core
  store: SharedStore
  files: FileStorage
  close: () => Promise<void>
  /** Takes the database file away again, where this has made it and nothing came into it. After `close`. */
  discard: () => void
}

/** Nobody waits for a request, and a query may be about everything that is there. */
const timeoutMs = 60_000

/**
 * Opens the data of an API, whether or not servers are running on it.
 * @param record gets the events of what is done
 * @throws {UserError} when the data cannot be used
 */
export async function openAdministration(
  name: VariantName,
  settings: Settings,
  record: (event: AuthEvent) => void,
): Promise<AdminContext> {
  const variant = await loadServedVariant(name)
  // URLs and secrets may be missing: nothing is mailed or signed here.
  const site = siteOf({ ...localUrls, ...settings })
  const secrets = settings.secrets ?? []
  const file = settings.store !== undefined && isFile(settings.store) ? settings.store : undefined
  const isNew = file !== undefined && !existsSync(file)
  const store = await openStore(settings, name, { timeoutMs })
  const limiter = createMemoryRateLimiter
  const { core } = await closeOnFailure(store, async () =>
    createContext(
      { variant, site, store, hasher: createHasher(), secrets, limiter, record },
      { operator: settings.operator },
    ),
  )
  const files = openFiles({
    storage: settings.files,
    baseUrl: `${site.publicUrl}${uploadsPath}`,
    secrets,
    now: systemClock.now,
    // No requests for files arrive here.
    isPublic: async () => false,
  })
  return {
    api: name,
    variant,
    core,
    store,
    files,
    async close() {
      await store.close()
      await files.close()
    },
    discard() {
      if (isNew) removeIfEmpty(file)
    },
  }
}

/** @throws {UserError} when there is no such database file, or nothing in it */
export function requireData({ store }: Settings): void {
  if (store === undefined || !isFile(store)) return
  const file = statSync(store, { throwIfNoEntry: false })
  if (!file) throw new UserError(`There is no database at ${store}: say where with --data or DATABASE.`)
  if (file.size === 0)
    throw new UserError(`${store} is empty, and no database: restore a backup, or remove the file.`)
}

/** The client of what an operator does: nobody on the net. */
export const operator = { ip: null, userAgent: null }
