import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { VariantName } from '../../../generated/index.ts'
import { createHasher } from '../../adapters/hasher.ts'
import { UserError } from '../../common/user-error.ts'
import type { AuthEvent, Core } from '../../core/ports.ts'
import { createMemoryRateLimiter } from '../../storage/memory/rate-limiter.ts'
import { removeIfEmpty } from '../../storage/sqlite/remove-if-empty.ts'
import type { ServedVariant } from '../../variants/variant.ts'
import { uploadsPath } from '../build-server.ts'
import { systemClock } from '../clock.ts'
import { createContext } from '../context.ts'
import { createDataFolder } from '../data-folder.ts'
import { type FileStorage, openFiles } from '../files.ts'
import { loadServedVariant } from '../served-variant.ts'
import { localUrls, type Settings } from '../settings.ts'
import { createSite } from '../site.ts'
import { closeOnFailure, isFile, openStore, type SharedStore } from '../store.ts'

/** The opened data of one API, for commands of its operator. */
export interface AdminContext {
  api: VariantName
  variant: ServedVariant
  core: Core
  store: SharedStore
  files: FileStorage
  close: () => Promise<void>
  /** Deletes the database file if opening has created it and it is still empty. Call it after `close`. */
  discardIfEmpty: () => void
}

/** Longer than for requests, because a command may read or write the whole database. */
const timeoutMs = 60_000

/**
 * Opens the data of an API for operator commands. Servers may keep running on it.
 * @param record receives audit events
 * @throws {UserError} when the database or a setting is invalid
 */
export async function openAdministration(
  name: VariantName,
  settings: Settings,
  record: (event: AuthEvent) => void,
): Promise<AdminContext> {
  const variant = await loadServedVariant(name)
  // URLs and secrets are optional, because commands send no mails and sign no tokens.
  const site = createSite({ ...localUrls, ...settings })
  const secrets = settings.secrets ?? []
  const file = settings.store !== undefined && isFile(settings.store) ? settings.store : undefined
  const isNew = file !== undefined && !existsSync(file)
  if (isNew) createDataFolder(dirname(file))
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
    // Commands serve no files.
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
    discardIfEmpty() {
      if (isNew) removeIfEmpty(file)
    },
  }
}

/** @throws {UserError} when the database file is missing or empty */
export function assertDataExists({ store }: Settings): void {
  if (store === undefined || !isFile(store)) return
  const file = statSync(store, { throwIfNoEntry: false })
  if (!file) throw new UserError(`No database found at ${store}. Pass --data <folder> or set DATABASE.`)
  if (file.size === 0)
    throw new UserError(`The database file ${store} is empty. Restore a backup, or delete the file.`)
}

/** Operator commands have no IP address and no user agent. */
export const operatorRequestMeta = { ip: null, userAgent: null }
