import type { Store } from '../core/store.ts'

/** The readiness that load balancers ask for. Requests are handled even if the server is not ready. */
export interface Readiness {
  isReady: () => Promise<boolean>
  /** Makes `isReady` return false from now on. */
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
