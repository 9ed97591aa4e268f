import type { Store } from '../core/store.ts'

/** What load balancers are told. Requests are answered either way. */
export interface Readiness {
  isReady: () => Promise<boolean>
  /** Not ready from now on. */
  stopAccepting: () => void
}

export function createReadiness(store: Store): Readiness {
  let isStopping = false
  return {
    isReady: async () => !isStopping && (await canRead(store)),
    stopAccepting() {
      isStopping = true
    },
  }
}

function canRead(store: Store): Promise<boolean> {
  return store.find('users', { id: '' }).then(
    () => true,
    () => false,
  )
}
