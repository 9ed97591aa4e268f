import { existsSync, statSync } from 'node:fs'
import type { VariantName } from '../../../generated/index.ts'
import { createHasher } from '../../adapters/hasher.ts'
import { UserError } from '../../common/user-error.ts'
import type { AuthEvent, Core } from '../../core/ports.ts'
import { createMemoryRateLimiter } from '../../storage/memory/rate-limiter.ts'
import { removeEmpty } from '../../storage/sqlite/removal.ts'
import type { ServedVariant } from '../../variants/variant.ts'
import { type FilePlace, openFiles } from '../files.ts'
import { createSettings } from '../operator-settings.ts'
import { isFile, openStore, type SharedStore, servedVariant, siteOf } from '../resources.ts'
import type { Settings } from '../server.ts'
import { createWorld } from '../world.ts'

/** The data of one API in the hands of its operator. */
export interface Administered {
  api: VariantName
  variant: ServedVariant
  core: Core
  store: SharedStore
  files: FilePlace
  close: () => Promise<void>
  /** Takes the database file away again, where this has made it and nothing came into it. After `close`. */
  discard: () => void
}

/** Nobody waits for a request, and a query may be about everything that is there. */
const patienceMs = 60_000

/**
 * Opens the data of an API, whether or not servers are running on it.
 * @param record gets the events of what is done
 * @throws {UserError} when the data cannot be used
 */
export async function openAdministration(
  name: VariantName,
  settings: Settings,
  record: (event: AuthEvent) => void,
): Promise<Administered> {
  const variant = await servedVariant(name)
  const site = siteOf(settings)
  const file = settings.store !== undefined && isFile(settings.store) ? settings.store : undefined
  const isNew = file !== undefined && !existsSync(file)
  const store = await openStore(settings, name, { patienceMs })
  // Nothing is signed or sealed here.
  const secrets = settings.secrets ?? []
  const world = createWorld({
    variant,
    site,
    store,
    hasher: createHasher(),
    secrets,
    record,
    oauth: {},
    limiter: createMemoryRateLimiter,
    simulatorUrl: null,
  })
  const { core } = world
  try {
    if (settings.operator) createSettings(variant, world).decide(settings.operator)
  } catch (error) {
    await store.close()
    throw error
  }
  const files = openFiles({
    place: settings.files,
    baseUrl: `${site.publicUrl}/uploads`,
    secrets,
    now: core.now,
    // Nobody asks for any here.
    isShown: async () => false,
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
      if (isNew) removeEmpty(file)
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
export const operator = { address: null, userAgent: null }
