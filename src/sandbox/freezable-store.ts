import { type Store, StoreUnavailableError } from '../core/store.ts'

export interface FreezableStore {
  store: Store
  /** Makes all writes fail until `unfreeze`. */
  freeze: () => void
  unfreeze: () => void
}

/**
 * Wraps a store so that writes can be disabled. After a reset, requests from before it cannot write any
 * more.
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
