/** Runs a task while holding a lock, and returns its result. */
export type Lock = <Result>(task: () => Promise<Result>) => Promise<Result>

/**
 * Creates a lock that all tabs and workers of an origin share (Web Locks API). One of them refreshes the
 * shared tokens, and the others use the result. Without Web Locks (insecure contexts, old browsers) the task
 * runs unlocked, and each page refreshes by itself.
 * @example
 * ```ts
 * const tokens = storageTokens(localStorage, 'session')
 * const client = createBkendClient({ baseUrl, apiKey, tokens, lock: webLock('session') })
 * ```
 */
export function webLock(name: string): Lock {
  return async (task) => (globalThis.navigator?.locks ? navigator.locks.request(name, task) : task())
}

/** Creates a lock for one client. Tasks run one after the other, even if an earlier one fails. */
export function localLock(): Lock {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const next = last.then(task, task)
    last = next
    return next
  }
}
