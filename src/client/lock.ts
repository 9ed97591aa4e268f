/** Runs a task while holding a lock, and returns its result. */
export type Lock = <Result>(task: () => Promise<Result>) => Promise<Result>

/** Longer than a tab holds the lock, which is 10 seconds, unless the browser has frozen the tab. */
const waitSeconds = 15

/**
 * Creates a lock that all tabs and workers of an origin share (Web Locks API). One of them refreshes the
 * shared tokens, and the others use the result. Without Web Locks (insecure contexts, old browsers), or if
 * the lock is not released within 15 seconds, the task runs unlocked.
 * @param name the name of the lock, the same in all tabs
 * @example
 * ```ts
 * const tokens = storageTokens(localStorage, 'session')
 * const client = createBkendClient({ baseUrl, apiKey, tokens, lock: webLock('session') })
 * ```
 */
export function webLock(name: string): Lock {
  return async (task) => {
    const locks = globalThis.navigator?.locks
    if (!locks) return task()
    const waiting = new AbortController()
    const timer = setTimeout(() => waiting.abort(), waitSeconds * 1000)
    const run = () => {
      clearTimeout(timer)
      return task()
    }
    try {
      return await locks.request(name, { signal: waiting.signal }, run)
    } catch (error) {
      if (waiting.signal.aborted) return task()
      throw error
    }
  }
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
