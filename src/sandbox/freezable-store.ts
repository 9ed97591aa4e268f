import { type Store, StoreUnavailableError } from '../core/store.ts'

export interface FreezableStore {
  store: Store
  /** Makes all writes fail until `unfreeze`. */
  freeze: () => void
  unfreeze: () => void
}

/**
 * Wraps a store so that writes can be disabled. Requests that are in flight at a
 * reset can then no longer write.
 */
export function createFreezableStore(store: Store): FreezableStore {
  let isFrozen = false
  return {
    store: {
      ...store,
      async write(changes) {
        if (isFrozen) throw new StoreUnavailableError('The sandbox was reset meanwhile.')
        return store.write(changes)
      },
    },
    freeze() {
      isFrozen = true
    },
    unfreeze() {
      isFrozen = false
    },
  }
}
