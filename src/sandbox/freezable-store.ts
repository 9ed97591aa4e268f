import { type Store, StoreUnavailableError } from '../core/store.ts'

export interface FreezableStore {
  store: Store
  /** Refuses writes from now on. */
  freeze: () => void
  unfreeze: () => void
}

/** A store whose writes can be refused, so that requests from before a reset leave nothing behind. */
export function createFreezableStore(store: Store): FreezableStore {
  let isFrozen = false
  return {
    store: {
      ...store,
      async write(changes) {
        if (isFrozen) throw new StoreUnavailableError('The server was reset meanwhile.')
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
