/** Runs one task at a time among all holders of the lock, and returns its result. */
export type Lock = <Result>(task: () => Promise<Result>) => Promise<Result>

/**
 * A lock that all tabs and workers of an origin share (Web Locks): one of them refreshes the shared tokens, and the
 * others use the result. Without Web Locks (an insecure context, an old runtime) the task runs unlocked: the client
 * still refreshes once per page.
 */
export function webLock(name: string): Lock {
  return async (task) => (globalThis.navigator?.locks ? navigator.locks.request(name, task) : task())
}

/** A lock within one client: tasks run in order, whether or not earlier ones failed. */
export function localLock(): Lock {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const next = last.then(task, task)
    last = next
    return next
  }
}
